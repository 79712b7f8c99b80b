import { Fragment } from 'react';
import type { ComparedRow } from '../../../shared/compare-runs.ts';
import { formatCount, formatDuration, formatNumber, shortCommit } from '../../lib/format.ts';
import classes from './compare-page.module.css';
import { cellText, delta } from './comparison.ts';

type Props = {
  row: ComparedRow;
  value: unknown;
  /** The baseline's value; undefined in the baseline's own column. */
  baseline: unknown;
};

/** One value, marked when it is not the baseline's, with the difference below when both are numbers. */
export function ComparisonCell({ row, value, baseline }: Props) {
  const missing = baseline !== undefined && baseline !== null;
  if (value === null)
    return (
      <td className={classes.none} data-other={missing || undefined}>
        –
      </td>
    );
  const other = baseline !== undefined && cellText(baseline) !== cellText(value);
  const change = baseline === undefined ? null : delta(value, baseline);
  const isCommand = row.key === 'command' && row.kind === 'run';
  const time = row.key === 'duration' && row.kind === 'run';
  return (
    <td title={cellText(value)} data-other={other || undefined}>
      <div className={classes.value}>{isCommand ? <Words text={written(row, value)} /> : written(row, value)}</div>
      {change ? (
        <div className={classes.delta}>
          {change.difference > 0 ? '+' : '−'}
          {time ? formatDuration(Math.abs(change.difference)) : formatNumber(Math.abs(change.difference), 3)}
          {change.ratio === null ? '' : ` · ${percent(change.ratio)}`}
        </div>
      ) : null}
    </td>
  );
}

/** Text that is broken between its words only where they fit: `--lr` is not torn after its first dash. */
function Words({ text }: { text: string }) {
  return text.split(' ').map((word, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: words have no other identity
    <Fragment key={i}>
      {i > 0 ? ' ' : ''}
      <span className={classes.word}>{word}</span>
    </Fragment>
  ));
}

function written({ kind, key }: ComparedRow, value: unknown): string {
  if (kind === 'run' && key === 'duration' && typeof value === 'number') return formatDuration(value);
  if (kind === 'git' && key === 'commit' && typeof value === 'string') return shortCommit(value);
  if (kind === 'git' && key === 'dirty') return value ? 'uncommitted changes' : 'clean';
  return typeof value === 'number' ? formatNumber(value, 5) : cellText(value);
}

/** `+12 %`, `−0.4 %`; what is smaller than a thousandth of a per cent is said to be so. */
function percent(ratio: number): string {
  const sign = ratio > 0 ? '+' : '−';
  const size = Math.abs(ratio) * 100;
  if (size < 0.001) return `${sign}<0.001 %`;
  if (size >= 1000) return `${sign}${formatCount(Math.round(size))} %`;
  return `${sign}${Number(size.toPrecision(size >= 100 ? 3 : 2))} %`;
}
