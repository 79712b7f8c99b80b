import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { GateResult } from '../../../shared/contract/gates.ts';
import { formatNumber, plural } from '../../lib/format.ts';
import { boundText, metricText, signedNumber, valueText } from '../../lib/model-words.ts';
import { GateEvidence } from './gate-evidence.tsx';
import classes from './gate-list.module.css';
import { scaleOf } from './gate-scale.ts';
import { Chip, VerdictMark } from './marks.tsx';

const ORDER = { fail: 0, inconclusive: 1, pass: 2 } as const;

type Props = {
  project: string;
  gates: readonly GateResult[];
  /** Gates that do not pass are open from the start. */
  openFailed?: boolean;
};

/** What each gate found, what does not pass first: verdict, sentence, number against bound, evidence. */
export function GateList({ project, gates, openFailed = true }: Props) {
  const ordered = gates.toSorted((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
  return (
    <div className={classes.list}>
      {ordered.map((gate) => (
        <GateLine key={gate.id} project={project} gate={gate} openAtFirst={openFailed && gate.verdict !== 'pass'} />
      ))}
    </div>
  );
}

function GateLine({ project, gate, openAtFirst }: { project: string; gate: GateResult; openAtFirst: boolean }) {
  const more = gate.evidence.length > 0 || gate.slices.length > 0 || gate.interval !== null;
  const [open, setOpen] = useState(openAtFirst && more);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div className={classes.gate} data-verdict={gate.verdict}>
      <UnstyledButton
        className={classes.line}
        aria-expanded={more ? open : undefined}
        disabled={!more}
        onClick={() => setOpen(!open)}
      >
        <span className={classes.chevron}>{more ? <Chevron size={14} aria-hidden /> : null}</span>
        <VerdictMark verdict={gate.verdict} />
        <span className={classes.what}>
          <span className={classes.title}>
            {gate.title}{' '}
            {gate.severity === 'warning' ? <Chip tip="It is shown and does not count">only a warning</Chip> : null}
          </span>
          <span className={classes.message}>{gate.message}</span>
        </span>
        <GateScale gate={gate} />
        <span className={classes.numbers}>
          <span className={classes.value} title={gate.value === null ? undefined : String(gate.value)}>
            {valueText(gate.value, gate.unit)}
          </span>
          <span className={classes.bound}>{boundText(gate.bound, gate.unit)}</span>
        </span>
      </UnstyledButton>
      {open ? (
        <div className={classes.more}>
          <Facts gate={gate} />
          {gate.slices.length > 0 ? <Slices gate={gate} /> : null}
          <GateEvidence project={project} evidence={gate.evidence} />
        </div>
      ) : null}
    </div>
  );
}

/** The number on a line with its bound, its interval and the champion. The numbers are beside it, so it is decoration for readers. */
function GateScale({ gate }: { gate: GateResult }) {
  const scale = scaleOf(gate);
  if (!scale) return <span className={classes.scale} />;
  const at = (place: number): string => `${(place * 100).toFixed(2)}%`;
  const span = ({ from, to }: { from: number; to: number }) => ({ left: at(from), width: at(to - from) });
  return (
    <span className={classes.scale} aria-hidden title={`${formatNumber(scale.low)} … ${formatNumber(scale.high)}`}>
      <span className={classes.track} />
      {scale.allowed ? <span className={classes.allowed} style={span(scale.allowed)} /> : null}
      {scale.edges.map((edge) => (
        <span key={edge} className={classes.edge} style={{ left: at(edge) }} />
      ))}
      {scale.interval ? <span className={classes.interval} style={span(scale.interval)} /> : null}
      {scale.champion === null ? null : <span className={classes.champion} style={{ left: at(scale.champion) }} />}
      <span className={classes.point} style={{ left: at(scale.value) }} />
    </span>
  );
}

function Facts({ gate }: { gate: GateResult }) {
  const { champion, interval } = gate;
  if (!champion && !interval) return null;
  const facts: [string, ReactNode][] = [];
  if (champion)
    facts.push([
      `@${champion.alias}`,
      <>
        {champion.value === null ? '' : `${metricText(champion.value)} `}
        <span className={classes.muted}>of {champion.version}</span>
      </>,
    ]);
  if (interval)
    facts.push([
      interval.of === 'difference' ? 'Difference' : 'Interval',
      <>
        {intervalText(interval)}{' '}
        <span className={classes.muted}>
          {Math.round(interval.level * 100)} %, {interval.method}
        </span>
      </>,
    ]);
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function intervalText({ of, low, high }: NonNullable<GateResult['interval']>): string {
  const write = of === 'difference' ? signedNumber : formatNumber;
  return `${write(low)} … ${write(high)}`;
}

const MOST_SLICES = 8;

function Slices({ gate }: { gate: GateResult }) {
  const [all, setAll] = useState(false);
  const shown = all ? gate.slices : gate.slices.slice(0, MOST_SLICES);
  const values = gate.slices.map((slice) => slice.value).filter(Number.isFinite);
  const most = Math.max(...values, 0);
  const bound = typeof gate.bound?.value === 'number' ? gate.bound : null;
  const falls = (value: number): boolean =>
    bound !== null && (bound.op === 'min' ? value < Number(bound.value) : value > Number(bound.value));
  return (
    <div className={classes.slices}>
      {shown.map((slice) => (
        <div key={slice.name} className={classes.slice} data-falls={falls(slice.value) || undefined}>
          <span className={classes.sliceName} title={slice.name}>
            {slice.name}
          </span>
          <span className={classes.bar}>
            <span style={{ width: `${most > 0 ? (100 * Math.max(0, slice.value)) / most : 0}%` }} />
          </span>
          <span className={classes.sliceValue}>{metricText(slice.value)}</span>
          <span className={classes.muted}>{slice.rows === null ? '' : plural(slice.rows, 'row')}</span>
        </div>
      ))}
      {gate.slices.length > MOST_SLICES ? (
        <UnstyledButton className={classes.all} onClick={() => setAll(!all)}>
          {all ? 'Only the worst' : `All ${plural(gate.slices.length, 'segment')}`}
        </UnstyledButton>
      ) : null}
    </div>
  );
}
