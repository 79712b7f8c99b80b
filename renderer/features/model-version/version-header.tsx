import { IconSignature } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { VersionDetail } from '../../../shared/contract/models.ts';
import { formatAgo, formatBytes, formatDateTime, shortCommit } from '../../lib/format.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ApprovalMark, Chip, GatesMark, PointerChips } from '../../ui/models/marks.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { VersionCommands } from './use-version-commands.ts';
import type { VersionPlace } from './use-version-place.ts';
import { VersionActions } from './version-actions.tsx';
import classes from './version-page.module.css';
import { VersionPicker } from './version-picker.tsx';

type Props = { place: VersionPlace; detail: VersionDetail; commands: VersionCommands };

/** Which version it is, where it stands, and what can be done with it. */
export function VersionHeader({ place, detail, commands }: Props) {
  const { project, name, version } = place.on;
  const { row, definition, tag } = detail;
  return (
    <header className={classes.header}>
      <div className={classes.line}>
        <h1 className={classes.name}>{name}</h1>
        <VersionPicker project={project} name={name} version={version} />
        <PointerChips {...row} />
        {row.deprecated ? <Chip look="outlined">deprecated</Chip> : null}
        {row.overridden ? (
          <Chip tone="bad" look="solid" tip="A gate failed and a reviewer approved it nevertheless">
            overridden
          </Chip>
        ) : null}
        {row.signed ? (
          <Chip tone="good" tip="There is a signature over its files">
            <IconSignature size={12} aria-hidden /> signed
          </Chip>
        ) : null}
        <span className={classes.space} />
        <VersionActions place={place} detail={detail} commands={commands} />
      </div>
      <div className={classes.facts}>
        <GatesMark gates={row.gates} />
        <ApprovalMark row={row} />
        <span>{definition.kind.title}</span>
        <span>{formatBytes(row.size)}</span>
        <span title={formatDateTime(row.createdAt)}>
          {formatAgo(row.createdAt)} by {row.author}
        </span>
        {row.run ? (
          <Link to="/p/$project/runs/$run" params={{ project, run: row.run.id }}>
            {row.run.name}
          </Link>
        ) : null}
        {tag ? (
          <span title={`${tag.name} on ${tag.commit}`}>
            <code>{tag.name}</code> {shortCommit(tag.commit)}
          </span>
        ) : null}
        <span className={classes.withButton} title={`Digest of its definition: ${detail.digest}`}>
          <code>{detail.digest.slice(0, 12)}</code>
          <CopyButton value={detail.digest} label="Copy the digest" />
        </span>
      </div>
      <Notices detail={detail} commands={commands} />
    </header>
  );
}

function Notices({ detail: { row, tag, uncommitted } }: Pick<Props, 'detail' | 'commands'>) {
  const lines = [
    tag === null ? 'Its git tag is gone: other tools no longer see this version. Verify names what is missing.' : null,
    uncommitted ? 'Its files are not committed yet, so nobody else can see them.' : null,
    row.present
      ? null
      : 'Its own files are not on this machine. Fetch them from the remote before checking or pushing.',
  ].filter((line) => line !== null);
  return lines.length === 0 ? null : (
    <div className={classes.notices}>
      <Notice>{lines.join('\n')}</Notice>
    </div>
  );
}
