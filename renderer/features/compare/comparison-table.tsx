import { SegmentedControl, Switch, TextInput, UnstyledButton, useComputedColorScheme } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Fragment, useMemo, useState } from 'react';
import type { ComparedKind, ComparedRow } from '../../../shared/compare-runs.ts';
import type { RunDetail } from '../../../shared/contract/runs.ts';
import { useRemembered } from '../../lib/remembered.ts';
import { runColor } from '../../lib/run-color.ts';
import classes from './compare-page.module.css';
import { comparedRows, type MetricValue, shownRows } from './comparison.ts';
import { ComparisonCell } from './comparison-cell.tsx';
import { durationOf } from './duration.ts';

const TITLES: Record<ComparedKind, string> = {
  metric: 'Metrics',
  param: 'Params',
  tag: 'Tags',
  git: 'Code',
  run: 'Run',
};
const ORDER: readonly ComparedKind[] = ['metric', 'param', 'tag', 'git', 'run'];

type Props = { runs: readonly RunDetail[]; base: string | null; onBase: (run: string) => void };

/** Values row by row, a column a run; numbers with their difference to the baseline. */
export function ComparisonTable({ runs, base, onBase }: Props) {
  const [onlyDifferences, setOnlyDifferences] = useRemembered('compare.only-differences', true);
  const [value, setValue] = useRemembered<MetricValue>('compare.metric-value', 'last');
  const [search, setSearch] = useState('');
  const rows = useMemo(() => comparedRows(runs, value, durationOf), [runs, value]);
  const shown = shownRows(rows, onlyDifferences, search);
  const baseAt = Math.max(
    0,
    runs.findIndex((run) => run.id === base),
  );
  return (
    <div className={classes.tablePane}>
      <div className={classes.controls}>
        <TextInput
          className={classes.search}
          placeholder="Search values"
          aria-label="Search keys and values"
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label="Which value of a metric"
          value={value}
          onChange={(next) => setValue(next as MetricValue)}
          data={[
            { value: 'last', label: 'Last' },
            { value: 'min', label: 'Min' },
            { value: 'max', label: 'Max' },
          ]}
        />
        <Switch
          label="Only differences"
          checked={onlyDifferences}
          onChange={(event) => setOnlyDifferences(event.currentTarget.checked)}
        />
      </div>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <Head runs={runs} baseAt={baseAt} onBase={onBase} />
          <tbody>
            {ORDER.map((kind) => (
              <Group
                key={kind}
                kind={kind}
                rows={shown.filter((row) => row.kind === kind)}
                runs={runs}
                baseAt={baseAt}
              />
            ))}
          </tbody>
        </table>
        {shown.length === 0 ? (
          <p className={classes.nothing}>
            {search
              ? 'Nothing fits the search.'
              : rows.length === 0
                ? 'These runs logged no values.'
                : 'These runs do not differ in anything that was recorded.'}
          </p>
        ) : null}
      </div>
    </div>
  );
}

function Head({ runs, baseAt, onBase }: { runs: readonly RunDetail[]; baseAt: number; onBase: Props['onBase'] }) {
  const scheme = useComputedColorScheme('light');
  return (
    <thead>
      <tr>
        <th className={classes.key} aria-label="Key" />
        {runs.map((run, at) => (
          <th key={run.id}>
            <UnstyledButton
              className={classes.column}
              title={
                at === baseAt ? `${run.name}: the others are compared with it` : `Compare the others with ${run.name}`
              }
              onClick={() => onBase(run.id)}
            >
              <span className={classes.swatch} style={{ background: runColor(run, scheme) }} />
              <span className={classes.ellipsis}>{run.name}</span>
            </UnstyledButton>
            {at === baseAt ? <div className={classes.baseline}>baseline</div> : null}
          </th>
        ))}
      </tr>
    </thead>
  );
}

type GroupProps = { kind: ComparedKind; rows: readonly ComparedRow[]; runs: readonly RunDetail[]; baseAt: number };

function Group({ kind, rows, runs, baseAt }: GroupProps) {
  if (rows.length === 0) return null;
  return (
    <Fragment>
      <tr className={classes.group}>
        <th className={classes.key} scope="rowgroup">
          {TITLES[kind]}
        </th>
        <td colSpan={runs.length} />
      </tr>
      {rows.map((row) => (
        <tr key={row.key}>
          <th className={classes.key} scope="row" title={row.key}>
            {row.key}
          </th>
          {row.values.map((value, at) => (
            <ComparisonCell
              key={runs[at]?.id}
              row={row}
              value={value}
              baseline={at === baseAt ? undefined : row.values[baseAt]}
            />
          ))}
        </tr>
      ))}
    </Fragment>
  );
}
