import { UnstyledButton } from '@mantine/core';
import {
  IconChartHistogram,
  IconChevronDown,
  IconChevronRight,
  IconFile,
  IconFileText,
  IconMusic,
  IconPhoto,
  IconTable,
  IconWorld,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { Artifact } from '../../../../shared/contract/runs.ts';
import { formatBytes, plural } from '../../../lib/format.ts';
import { type MediaGroup, treeRows } from './artifact-tree.ts';
import classes from './artifacts.module.css';
import { previewKind } from './preview-kind.ts';

const ICONS = {
  image: IconPhoto,
  audio: IconMusic,
  video: IconPhoto,
  html: IconWorld,
  table: IconTable,
  json: IconFileText,
  text: IconFileText,
  none: IconFile,
} as const;

type Props = {
  artifacts: readonly Artifact[];
  groups: readonly MediaGroup[];
  chosen: Artifact | null;
  onChoose: (path: string) => void;
};

/** What was logged by key first, then all files as a tree. */
export function ArtifactList({ artifacts, groups, chosen, onChoose }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set(['media']));
  const toggle = (path: string): void => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  return (
    <nav className={classes.side} aria-label="Artifacts">
      {groups.length > 0 ? <div className={classes.group}>Logged</div> : null}
      {groups.map((group) => (
        <UnstyledButton
          key={`${group.kind} ${group.key}`}
          className={classes.row}
          data-selected={(chosen && group.items.includes(chosen)) || undefined}
          onClick={() => onChoose(group.items.at(-1)!.path)}
        >
          <Icon artifact={group.items[0]!} />
          <span className={classes.name} title={group.key}>
            {group.key}
          </span>
          <span className={classes.size}>{group.items.length > 1 ? plural(group.items.length, 'step') : ''}</span>
        </UnstyledButton>
      ))}
      <div className={classes.group}>Files</div>
      {treeRows(artifacts, closed).map((row) =>
        row.kind === 'folder' ? (
          <UnstyledButton
            key={`${row.path}/`}
            className={classes.row}
            style={{ paddingLeft: 12 + row.depth * 14 }}
            aria-expanded={!closed.has(row.path)}
            onClick={() => toggle(row.path)}
          >
            {closed.has(row.path) ? <IconChevronRight size={14} /> : <IconChevronDown size={14} />}
            <span className={classes.name}>{row.name}</span>
            <span className={classes.size}>
              {row.files} · {formatBytes(row.size)}
            </span>
          </UnstyledButton>
        ) : (
          <UnstyledButton
            key={row.path}
            className={classes.row}
            style={{ paddingLeft: 12 + row.depth * 14 }}
            data-selected={chosen?.path === row.path || undefined}
            onClick={() => onChoose(row.path)}
          >
            <Icon artifact={row.artifact} />
            <span className={classes.name} title={row.path}>
              {row.name}
            </span>
            <span className={classes.size}>{formatBytes(row.artifact.size)}</span>
          </UnstyledButton>
        ),
      )}
    </nav>
  );
}

function Icon({ artifact }: { artifact: Artifact }) {
  if (artifact.kind === 'histogram') return <IconChartHistogram size={14} aria-hidden />;
  const Kind = ICONS[previewKind(artifact)];
  return <Kind size={14} aria-hidden />;
}
