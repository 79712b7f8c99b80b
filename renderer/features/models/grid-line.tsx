// biome-ignore-all lint/a11y/useSemanticElements: rows and columns are placed by hand, so it is a grid of divs
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names what is active; buttons have their own
import { Skeleton, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconSignature } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { ModelRow, VersionRow } from '../../../shared/contract/models.ts';
import { formatAgo, formatBytes, formatDateTime, plural } from '../../lib/format.ts';
import { metricText } from '../../lib/model-words.ts';
import { ApprovalMark, Chip, GatesMark, PointerChips } from '../../ui/models/marks.tsx';
import { Tip } from '../../ui/tip.tsx';
import type { GridRow } from './model-rows.ts';
import classes from './models.module.css';

type Props = {
  project: string;
  row: GridRow;
  index: number;
  top: number;
  cursor: boolean;
  onPoint: (index: number) => void;
  onToggle: (model: string) => void;
};

export const lineElementId = (index: number): string => `model-line-${index}`;

/** A model or a version in the grid. */
export const GridLine = memo(function GridLine({ project, row, index, top, cursor, onPoint, onToggle }: Props) {
  const shown = row.kind === 'model' ? row.model.latest : row.kind === 'version' ? row.version : null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      id={lineElementId(index)}
      role="row"
      aria-rowindex={index + 2}
      aria-expanded={row.kind === 'model' ? row.open : undefined}
      className={`${classes.line} ${classes.row} ${row.kind === 'version' && row.version.deprecated ? classes.deprecated : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      data-nested={row.kind === 'waiting' || (row.kind === 'version' && row.nested) || undefined}
      data-cursor={cursor || undefined}
      onClick={() => onPoint(index)}
    >
      {row.kind === 'model' ? (
        <ModelName project={project} model={row.model} open={row.open} onToggle={onToggle} />
      ) : null}
      {row.kind === 'version' ? <VersionName project={project} version={row.version} nested={row.nested} /> : null}
      {row.kind === 'waiting' ? (
        <div role="gridcell" className={`${classes.cell} ${classes.nestedName}`}>
          <Skeleton height={10} width={120} />
        </div>
      ) : null}
      {shown ? <Cells version={shown} model={row.kind === 'model' ? row.model : null} /> : null}
    </div>
  );
});

function ModelName({
  project,
  model,
  open,
  onToggle,
}: {
  project: string;
  model: ModelRow;
  open: boolean;
  onToggle: (model: string) => void;
}) {
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const { name, latest } = model;
  return (
    <div role="gridcell" className={classes.cell} title={latest.description || name}>
      <UnstyledButton
        className={classes.toggle}
        tabIndex={-1}
        aria-label={`${open ? 'Hide' : 'Show'} the versions of ${name}`}
        aria-expanded={open}
        onClick={() => onToggle(name)}
      >
        <Chevron size={14} aria-hidden />
      </UnstyledButton>
      <Link
        to="/p/$project/models/$name/$version"
        params={{ project, name, version: latest.version }}
        className={classes.name}
      >
        {name}
      </Link>
      <span className={classes.version}>{latest.version}</span>
      <span className={classes.count}>{model.versions > 1 ? plural(model.versions, 'version') : ''}</span>
    </div>
  );
}

function VersionName({ project, version, nested }: { project: string; version: VersionRow; nested: boolean }) {
  return (
    <div
      role="gridcell"
      className={`${classes.cell} ${nested ? classes.nestedName : ''}`}
      title={version.description || `${version.model} ${version.version}`}
    >
      <Link
        to="/p/$project/models/$name/$version"
        params={{ project, name: version.model, version: version.version }}
        className={classes.name}
      >
        {nested ? (
          version.version
        ) : (
          <>
            {version.model} <span className={classes.version}>{version.version}</span>
          </>
        )}
      </Link>
      {version.deprecated ? <Chip look="outlined">deprecated</Chip> : null}
      {version.signed ? (
        <Tip label="Signed">
          <IconSignature size={14} color="var(--assay-muted)" aria-label="signed" />
        </Tip>
      ) : null}
    </div>
  );
}

const METRICS = 2;

function Cells({ version, model }: { version: VersionRow; model: ModelRow | null }) {
  const metrics = Object.entries(version.metrics).slice(0, METRICS);
  return (
    <>
      <div role="gridcell" className={`${classes.cell} ${classes.middle}`}>
        {model ? <ModelPointers model={model} /> : <PointerChips {...version} />}
      </div>
      <div role="gridcell" className={classes.cell}>
        <GatesMark gates={version.gates} />
      </div>
      <div role="gridcell" className={classes.cell}>
        <ApprovalMark row={version} />
      </div>
      <div role="gridcell" className={`${classes.cell} ${classes.wide}`}>
        <span className={classes.metric} title={metrics.map(([key, value]) => `${key} ${value}`).join('\n')}>
          {metrics.map(([key, value], at) => (
            <span key={key}>
              {at > 0 ? ' · ' : ''}
              {key} <b style={{ color: 'var(--mantine-color-text)' }}>{metricText(value)}</b>
            </span>
          ))}
        </span>
      </div>
      <div role="gridcell" className={`${classes.cell} ${classes.middle}`}>
        {version.pushedTo.map((target) => (
          <Chip key={target} look="outlined" tip={`${target} has it, verified by reading it back`}>
            {target}
          </Chip>
        ))}
      </div>
      <div role="gridcell" className={`${classes.cell} ${classes.wide} ${classes.muted}`}>
        {version.format === 'unknown' ? 'files' : version.format}
      </div>
      <div role="gridcell" className={`${classes.cell} ${classes.number} ${classes.middle}`}>
        {formatBytes(version.size)}
      </div>
      <div
        role="gridcell"
        className={`${classes.cell} ${classes.number} ${classes.muted}`}
        title={`${formatDateTime(version.createdAt)} by ${version.author}`}
      >
        {formatAgo(version.createdAt)}
      </div>
    </>
  );
}

/** Where a model's stages and aliases point; the version is named when it is not the latest. */
function ModelPointers({ model: { latest, stages, aliases } }: { model: ModelRow }) {
  const all = [
    ...Object.entries(stages).map(([name, version]) => ({ name, version, stage: true })),
    ...Object.entries(aliases).map(([name, version]) => ({ name: `@${name}`, version, stage: false })),
  ];
  return all.map(({ name, version, stage }) => (
    <Chip
      key={name}
      tone="accent"
      look={stage ? 'outlined' : 'filled'}
      tip={`${stage ? 'Stage' : 'Alias'} ${name}: version ${version}`}
    >
      {name}
      {version === latest.version ? null : <span className={classes.of}>{version}</span>}
    </Chip>
  ));
}
