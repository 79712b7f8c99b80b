import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Dataset, DatasetVersion } from '../../../../shared/contract/datasets.ts';
import { diffSearch, shortHash } from '../../../lib/data-links.ts';
import { formatAgo, formatBytes, formatCount, formatDateTime } from '../../../lib/format.ts';
import { Tip } from '../../../ui/tip.tsx';
import { StateMark, TagMarks } from '../state-mark.tsx';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import classes from './detail.module.css';

/** The first line: what lies in the working copy now. */
export function WorkingRow({
  project,
  dataset,
  checked,
  onCheck,
}: {
  project: string;
  dataset: Dataset;
  checked: boolean;
  onCheck: () => void;
}) {
  return (
    <div className={classes.version} data-checked={checked || undefined}>
      <input
        type="checkbox"
        className={classes.check}
        aria-label="Select the working copy"
        checked={checked}
        onChange={onCheck}
      />
      <span className={`${classes.muted} ${classes.middle}`}>now</span>
      <Link
        to="/p/$project/data"
        params={{ project }}
        search={{ path: dataset.path, tab: 'preview' }}
        className={`${classes.link} ${classes.message}`}
      >
        Working copy
      </Link>
      <span className={classes.marks} style={{ gridColumn: 'span 2' }}>
        <StateMark dataset={dataset} />
      </span>
    </div>
  );
}

type Props = {
  project: string;
  dataset: Dataset;
  version: DatasetVersion;
  /** the version before it, if there is one */
  previous: DatasetVersion | undefined;
  most: { size: number; rows: number };
  checked: boolean;
  onCheck: () => void;
  onTag: () => void;
  commands: DatasetCommands;
};

/** One version: when, why and by whom, how large, tagged how, and which runs read it. */
export function VersionRow({ project, dataset, version, previous, most, checked, onCheck, onTag, commands }: Props) {
  const { commit, at, author, message, hash, size, nfiles, rows, inCache, tags, runs } = version;
  const subject = message.split('\n', 1)[0] || 'no message';
  return (
    <div className={classes.version} data-checked={checked || undefined}>
      <input
        type="checkbox"
        className={classes.check}
        aria-label={`Select ${shortHash(commit)}`}
        disabled={hash === null}
        checked={checked}
        onChange={onCheck}
      />
      <Tip label={formatDateTime(at)}>
        <span className={`${classes.muted} ${classes.middle}`}>{formatAgo(at)}</span>
      </Tip>
      <div>
        {hash === null ? (
          <div className={classes.message}>Removed: {subject}</div>
        ) : (
          <Link
            to="/p/$project/data"
            params={{ project }}
            search={{ path: dataset.path, rev: commit, tab: 'preview' }}
            className={`${classes.message} ${classes.link}`}
            style={{ display: 'block', color: 'inherit' }}
            title={message}
          >
            {subject}
          </Link>
        )}
        <div className={classes.sub}>
          <code title={commit}>{commit.slice(0, 8)}</code>
          {hash && !inCache ? <span className={classes.missing}>not on this machine</span> : null}
          {version.desc ? <span className={classes.clip}>{version.desc}</span> : null}
        </div>
      </div>
      <span className={`${classes.clip} ${classes.muted} ${classes.wide}`} title={author}>
        {author}
      </span>
      <Amount
        value={size}
        most={most.size}
        text={size === null ? '–' : formatBytes(size)}
        more={nfiles === null ? null : `${formatCount(nfiles)} files`}
      />
      <div className={`${classes.middle} ${classes.wide}`}>
        {rows === null ? null : <Amount value={rows} most={most.rows} text={`${formatCount(rows)} rows`} more={null} />}
      </div>
      <div className={classes.middle}>
        <span className={classes.marks}>
          <TagMarks tags={tags} />
        </span>
        <RunLinks project={project} runs={runs} />
      </div>
      <VersionMenu
        project={project}
        dataset={dataset}
        version={version}
        previous={previous}
        onTag={onTag}
        commands={commands}
      />
    </div>
  );
}

type AmountProps = { value: number | null; most: number; text: string; more: string | null };

/** A number with its share of the largest one as a small bar. */
function Amount({ value, most, text, more }: AmountProps) {
  return (
    <div className={classes.bar2} title={more ? `${text}, ${more}` : text}>
      <span className={classes.clip}>
        {text}
        {more ? <span className={classes.muted}> {more}</span> : null}
      </span>
      <div className={classes.track}>
        <span style={{ width: `${value ? Math.max(2, (value / most) * 100) : 0}%` }} />
      </div>
    </div>
  );
}

const SHOWN_RUNS = 2;

function RunLinks({ project, runs }: { project: string; runs: DatasetVersion['runs'] }) {
  if (runs.length === 0) return null;
  return (
    <div className={classes.runs}>
      {runs.slice(0, SHOWN_RUNS).map((run) => (
        <Link
          key={run.id}
          to="/p/$project/runs/$run"
          params={{ project, run: run.id }}
          className={classes.link}
          title={`Run ${run.name}, ${run.status}`}
        >
          {run.name}
        </Link>
      ))}
      {runs.length > SHOWN_RUNS ? (
        <Tip label={runs.map((run) => run.name).join(', ')} multiline maw={360}>
          <span className={classes.muted}>+{runs.length - SHOWN_RUNS}</span>
        </Tip>
      ) : null}
    </div>
  );
}

function VersionMenu({
  project,
  dataset,
  version,
  previous,
  onTag,
  commands,
}: Pick<Props, 'project' | 'dataset' | 'version' | 'previous' | 'onTag' | 'commands'>) {
  const navigate = useNavigate();
  const { path } = dataset;
  const own = { kind: 'version', path, rev: version.commit } as const;
  const compare = (before: string, after: string | null): void =>
    void navigate({
      to: '/p/$project/diff',
      params: { project },
      search: diffSearch({ ...own, rev: before }, { ...own, rev: after }),
    });
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={`What to do with version ${version.commit.slice(0, 8)}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          disabled={version.hash === null}
          onClick={() =>
            void navigate({
              to: '/p/$project/data',
              params: { project },
              search: { path, rev: version.commit, tab: 'preview' },
            })
          }
        >
          Look at it
        </Menu.Item>
        <Menu.Item disabled={version.hash === null} onClick={() => compare(version.commit, null)}>
          Compare with the working copy
        </Menu.Item>
        <Menu.Item
          disabled={version.hash === null || !previous}
          onClick={() => previous && compare(previous.commit, version.commit)}
        >
          Compare with the version before
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item disabled={version.hash === null} onClick={() => void commands.restore([dataset], version.commit)}>
          Put it into the working copy
        </Menu.Item>
        {version.hash !== null && !version.inCache ? (
          <Menu.Item onClick={() => void commands.fetch(path, version.commit)}>Fetch it from the remote</Menu.Item>
        ) : null}
        <Menu.Item disabled={version.hash === null} onClick={onTag}>
          Tag …
        </Menu.Item>
        {version.tags.map((tag) => (
          <Menu.Item key={tag} onClick={() => void commands.untag(tag)}>
            Remove the tag {tag}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => void navigator.clipboard.writeText(version.commit)}>Copy the commit</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
