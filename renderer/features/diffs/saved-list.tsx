import { ActionIcon } from '@mantine/core';
import { IconHistory, IconX } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { writeSide } from '../../../shared/data-side.ts';
import { writeTolerances } from '../../../shared/tolerance.ts';
import { api } from '../../lib/client.ts';
import { verdictLabel } from '../../lib/diff-verdict.ts';
import { formatAgo, formatDateTime } from '../../lib/format.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { notifyError } from '../../ui/notify.ts';
import { Tip } from '../../ui/tip.tsx';
import { validateDiffSearch } from './diff-search.ts';
import classes from './start-page.module.css';
import type { DiffPlace } from './use-diff-place.ts';
import { VERDICT_ICONS } from './verdict-band.tsx';

/** What was compared before in this project, newest first; each opens at once. */
export function SavedList({ place: { project } }: { place: DiffPlace }) {
  const list = useQuery(api.diffs.list.queryOptions({ input: { project } }));
  const forget = useMutation(
    api.diffs.forget.mutationOptions({ onError: (error) => notifyError('The comparison was not forgotten', error) }),
  );
  if (list.error)
    return <ErrorState error={list.error} title="What was compared before could not be read" onRetry={list.refetch} />;
  if (!list.data) return <LoadingRows rows={8} height={44} />;
  if (list.data.length === 0)
    return (
      <EmptyState icon={<IconHistory size={32} stroke={1.5} />} title="Nothing was compared yet">
        Choose two versions of a dataset, or any two files or folders. Every result is kept here and opens again at
        once.
      </EmptyState>
    );
  return (
    <section className={classes.saved} aria-label="Compared before">
      <h2 className={classes.savedTitle}>Compared before</h2>
      {list.data.map(({ id, before, after, settings, kind, verdict, madeAt }) => {
        const Icon = VERDICT_ICONS[verdict];
        return (
          <div key={id} className={classes.line}>
            <Link
              to="/p/$project/diff"
              params={{ project }}
              search={validateDiffSearch({
                before: writeSide(before.side),
                after: writeSide(after.side),
                key: settings.key,
                tolerance: writeTolerances(settings.tolerance),
                text: settings.text,
              })}
              className={classes.lineLink}
            >
              <Icon size={16} className={classes.lineIcon} aria-hidden />
              <span className={classes.lineText}>
                <span className={classes.lineName}>{after.name}</span>
                <span className={classes.lineSides}>
                  {before.name === after.name ? before.label : `${before.name} · ${before.label}`} → {after.label}
                  {settings.key.length > 0 ? ` · key ${settings.key.join(' + ')}` : ''}
                </span>
              </span>
              <span className={classes.lineVerdict}>
                {verdictLabel(verdict)}
                <span title={formatDateTime(madeAt)}>
                  {kind} · {formatAgo(madeAt)}
                </span>
              </span>
            </Link>
            <Tip label="Forget this comparison">
              <ActionIcon
                aria-label={`Forget the comparison of ${after.name}`}
                onClick={() => forget.mutate({ project, id })}
              >
                <IconX size={14} />
              </ActionIcon>
            </Tip>
          </div>
        );
      })}
    </section>
  );
}
