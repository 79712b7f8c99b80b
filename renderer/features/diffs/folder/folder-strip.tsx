import { IconAlertTriangle } from '@tabler/icons-react';
import type { FolderDiff } from '../../../../shared/contract/diffs.ts';
import { formatBytes, formatCount, plural } from '../../../lib/format.ts';
import { FILE_STATUSES, type FileStatus, USUAL_STATUSES } from '../diff-search.ts';
import type { ViewProps } from '../view-props.ts';
import classes from './folder.module.css';

export const STATUS_MARKS: Record<FileStatus, string> = {
  added: '+',
  removed: '−',
  changed: '~',
  renamed: '→',
  unchanged: '=',
};

/** Files by what happened to them: each kind shows or hides its files. And whether the same content is in two splits. */
export function FolderStrip({ place, diff }: ViewProps<FolderDiff>) {
  const shown = place.search.status ?? USUAL_STATUSES;
  const toggle = (status: FileStatus): void => {
    const next = FILE_STATUSES.filter((one) => (one === status ? !shown.includes(one) : shown.includes(one)));
    const usual = next.length === USUAL_STATUSES.length && USUAL_STATUSES.every((one) => next.includes(one));
    if (next.length > 0) place.show({ status: usual ? undefined : next });
  };
  return (
    <div className={classes.strip}>
      {/* biome-ignore lint/a11y/useSemanticElements: toggles that belong together, not fields of a form */}
      <div className={classes.kinds} role="group" aria-label="Files that are shown">
        {FILE_STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            className={classes.kind}
            data-status={status}
            aria-pressed={shown.includes(status)}
            title={`${plural(diff.files[status], 'file')} ${status}; click to ${shown.includes(status) ? 'hide' : 'show'}`}
            onClick={() => toggle(status)}
          >
            <span className={classes.mark} aria-hidden>
              {STATUS_MARKS[status]}
            </span>
            <b>{formatCount(diff.files[status])}</b> {status}
          </button>
        ))}
      </div>
      <span className={classes.bytes}>
        {[
          diff.bytes.added > 0 ? `${formatBytes(diff.bytes.added)} added` : '',
          diff.bytes.removed > 0 ? `${formatBytes(diff.bytes.removed)} removed` : '',
          diff.bytes.changed > 0 ? `${formatBytes(diff.bytes.changed)} in changed files` : '',
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <span className={classes.space} />
      {diff.leaks.length > 0 ? (
        <button type="button" className={classes.leak} onClick={() => place.show({ tab: 'leaks' })}>
          <IconAlertTriangle size={14} aria-hidden />
          Same content in two splits: {plural(diff.leaks.length, 'time')}
        </button>
      ) : null}
    </div>
  );
}
