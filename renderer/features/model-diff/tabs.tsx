import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { VersionDiff } from '../../../shared/contract/models.ts';
import { diffSearch, shortHash, sideOfUse } from '../../lib/data-links.ts';
import { formatBytes, shortCommit } from '../../lib/format.ts';
import { jsonText, metricText, signedNumber } from '../../lib/model-words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { MergeView } from '../../ui/merge-view.tsx';
import classes from './model-diff-page.module.css';
import { ValueTable } from './value-table.tsx';

type Props = { diff: VersionDiff; onlyChanges: boolean };

const NONE = <span className={classes.none}>–</span>;

export function MetricsTab({ diff, onlyChanges }: Props) {
  return (
    <ValueTable
      title="Metrics"
      extra="Difference"
      onlyChanges={onlyChanges}
      lines={diff.metrics.map(({ key, from, to, delta }) => ({
        key,
        label: key,
        from: metricText(from),
        to: metricText(to),
        extra: delta === null || delta === 0 ? '' : signedNumber(delta),
        same: from === to,
      }))}
    />
  );
}

export function ParamsTab({ diff, onlyChanges }: Props) {
  return (
    <>
      <ValueTable
        title="Params"
        onlyChanges={onlyChanges}
        lines={diff.params.map(({ key, from, to, change }) => ({
          key,
          label: key,
          from: from === null && change === 'added' ? NONE : jsonText(from),
          to: to === null && change === 'removed' ? NONE : jsonText(to),
          same: change === 'same',
        }))}
      />
      <ValueTable
        title="What the model is"
        onlyChanges={onlyChanges}
        lines={diff.facts.map(({ label, from, to }) => ({
          key: label,
          label,
          from: from ?? NONE,
          to: to ?? NONE,
          same: from === to,
        }))}
      />
      <ValueTable
        title="Packages"
        onlyChanges={onlyChanges}
        lines={diff.packages.map(({ name, from, to, change }) => ({
          key: name,
          label: name,
          from: from ?? NONE,
          to: to ?? NONE,
          same: change === 'same',
        }))}
      />
    </>
  );
}

export function DataTab({ project, diff }: { project: string; diff: VersionDiff }) {
  if (diff.data.length === 0)
    return <EmptyState title="No data was recorded">Neither of the two runs says which data it read.</EmptyState>;
  return (
    <ValueTable
      title="Data that the runs read"
      onlyChanges={false}
      lines={diff.data.map(({ path, from, to, change }) => {
        const side = (use: typeof from) => use && sideOfUse({ path, role: null, size: null, ...use });
        const [before, after] = [side(from), side(to)];
        return {
          key: path,
          label: path,
          from: from ? <code title={from.hash ?? ''}>{from.version ?? shortHash(from.hash)}</code> : NONE,
          to: to ? <code title={to.hash ?? ''}>{to.version ?? shortHash(to.hash)}</code> : NONE,
          extra:
            change === 'changed' && before && after ? (
              <Link
                to="/p/$project/diff"
                params={{ project }}
                search={diffSearch(before, after)}
                className={classes.link}
                aria-label={`What changed in ${path}`}
              >
                What changed
              </Link>
            ) : change === 'same' ? (
              'the same version'
            ) : null,
          same: change === 'same',
        };
      })}
    />
  );
}

export function FilesTab({ diff, onlyChanges }: Props) {
  return (
    <ValueTable
      title="Model files"
      onlyChanges={onlyChanges}
      lines={diff.files.map(({ path, from, to, change }) => ({
        key: path,
        label: <code>{path}</code>,
        from: from ? <FileWords file={from} /> : NONE,
        to: to ? <FileWords file={to} /> : NONE,
        extra: change === 'changed' && from && to ? sizeChange(to.size - from.size) : '',
        same: change === 'same',
      }))}
    />
  );
}

const sizeChange = (bytes: number): string =>
  bytes === 0 ? 'same size' : `${bytes > 0 ? '+' : '−'}${formatBytes(Math.abs(bytes))}`;

function FileWords({ file }: { file: { size: number; sha256: string } }) {
  return (
    <>
      {formatBytes(file.size)} <code title={file.sha256}>{file.sha256.slice(0, 8)}</code>
    </>
  );
}

export function CodeTab({ diff }: { diff: VersionDiff }) {
  const { code } = diff;
  const [open, setOpen] = useState(code.files[0]?.path ?? null);
  const words = `${code.from ? shortCommit(code.from) : 'no commit'} → ${code.to ? shortCommit(code.to) : 'no commit'}`;
  if (code.problem) return <EmptyState title="The code cannot be compared">{code.problem}</EmptyState>;
  if (code.files.length === 0)
    return <EmptyState title="The same code">{words}: no file that git tracks differs between them.</EmptyState>;
  const file = code.files.find((one) => one.path === open) ?? code.files[0]!;
  return (
    <div className={classes.code}>
      <nav className={classes.fileList} aria-label="Files that differ">
        <p className={classes.commits}>{words}</p>
        {code.files.map((one) => (
          <UnstyledButton
            key={one.path}
            className={classes.fileItem}
            data-change={one.change}
            aria-current={one.path === file.path || undefined}
            onClick={() => setOpen(one.path)}
          >
            {one.path}
          </UnstyledButton>
        ))}
      </nav>
      <div className={classes.merge}>
        {file.from === null && file.to === null ? (
          <EmptyState title="No text">{file.path} is no text, or too large to show here.</EmptyState>
        ) : (
          <MergeView before={file.from ?? ''} after={file.to ?? ''} split label={file.path} />
        )}
      </div>
    </div>
  );
}

export function CardTab({ diff }: { diff: VersionDiff }) {
  const { from, to } = diff.card;
  if (from === null && to === null)
    return <EmptyState title="No card yet">Neither version has a card. Write one on the version's page.</EmptyState>;
  return (
    <div className={classes.merge}>
      <MergeView before={from ?? ''} after={to ?? ''} split label="Model card" />
    </div>
  );
}
