import type { ColumnStats } from '../../../../shared/contract/tables.ts';
import { formatCount, formatNumber, fullNumber } from '../../../lib/format.ts';
import { signed } from './impact.ts';
import classes from './table.module.css';

const QUANTILES = ['5 %', '25 %', 'median', '75 %', '95 %'];

type Line = { name: string; old: string; now: string; delta: string; exact: string };

/** The numbers of a column on both sides, and their difference. */
export function StatsTable({ before, after }: { before: ColumnStats | null; after: ColumnStats | null }) {
  return (
    <table className={classes.stats}>
      <thead>
        <tr>
          <th />
          <th>before</th>
          <th>after</th>
          <th>difference</th>
        </tr>
      </thead>
      <tbody>
        {statLines(before, after).map(({ name, old, now, delta, exact }) => (
          <tr key={name} title={exact}>
            <th scope="row">{name}</th>
            <td>{old}</td>
            <td>{now}</td>
            <td>{delta}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The lines of the table; what neither side has is left out. */
export function statLines(before: ColumnStats | null, after: ColumnStats | null): Line[] {
  const number = (
    name: string,
    read: (stats: ColumnStats) => number | null,
    write = formatNumber as (n: number) => string,
  ): Line[] => {
    const [a, b] = [before && read(before), after && read(after)];
    if (a === null && b === null) return [];
    return [
      {
        name,
        old: a === null ? '' : write(a),
        now: b === null ? '' : write(b),
        delta: a === null || b === null ? '' : signed(b - a),
        exact: [a, b].map((one) => (one === null ? '–' : fullNumber(one))).join(' → '),
      },
    ];
  };
  const text = (name: string, read: (stats: ColumnStats) => string | null): Line[] => {
    const [a, b] = [before && read(before), after && read(after)];
    if (a === null && b === null) return [];
    return [{ name, old: a ?? '', now: b ?? '', delta: a === b ? 'same' : '', exact: `${a ?? '–'} → ${b ?? '–'}` }];
  };
  const estimate = [before, after].some((stats) => stats && !stats.distinctExact);
  return [
    ...number('rows', (stats) => stats.rows, formatCount),
    ...number('NULLs', (stats) => stats.nulls, formatCount),
    ...number('not a number', (stats) => stats.notNumbers?.count ?? null, formatCount),
    ...number(estimate ? 'distinct (estimate)' : 'distinct', (stats) => stats.distinct, formatCount),
    ...text('min', (stats) => stats.min),
    ...QUANTILES.flatMap((name, at) => number(name, (stats) => stats.quantiles?.[at] ?? null)),
    ...text('max', (stats) => stats.max),
    ...number('mean', (stats) => stats.mean),
    ...number('standard deviation', (stats) => stats.sd),
  ];
}
