import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { MetricSummary, RunDetail } from '../../../../shared/contract/runs.ts';
import { formatCount, formatNumber, fullNumber } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import classes from './overview.module.css';
import { Nothing, Section } from './section.tsx';

const collator = new Intl.Collator('en', { numeric: true });
const COLUMNS = ['last', 'min', 'max', 'step', 'count'] as const;

/** The metrics of a run in numbers; every digit on hover. */
export function MetricsTable({ run }: { run: RunDetail }) {
  const [filter, setFilter] = useState('');
  const all = Object.entries(run.metrics)
    .filter(([key]) => !key.startsWith('system/'))
    .sort(([a], [b]) => collator.compare(a, b));
  const shown = all.filter(([key]) => key.toLowerCase().includes(filter.toLowerCase()));
  if (all.length === 0)
    return (
      <Section title="Metrics">
        <Nothing>
          Nothing was logged. A script logs with{' '}
          <code>
            assay.log({'{'}"loss": loss{'}'})
          </code>
          .
        </Nothing>
      </Section>
    );
  const tools = (
    <>
      {all.length >= 12 ? (
        <TextInput
          size="xs"
          w={160}
          placeholder="Filter"
          aria-label="Filter metrics"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      ) : null}
      <CopyButton value={asTsv(all)} label="Copy metrics for a spreadsheet" />
    </>
  );
  return (
    <Section title="Metrics" amount={all.length} tools={tools}>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Name</th>
              <th style={{ textAlign: 'right' }}>Last</th>
              <th style={{ textAlign: 'right' }}>Min</th>
              <th style={{ textAlign: 'right' }}>Max</th>
              <th style={{ textAlign: 'right' }}>Step</th>
              <th style={{ textAlign: 'right' }}>Points</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(([key, summary]) => (
              <tr key={key}>
                <td>{key}</td>
                <NumberCell value={summary.last} />
                <NumberCell value={summary.min} />
                <NumberCell value={summary.max} />
                <NumberCell value={summary.step} />
                <td className={classes.number}>{formatCount(summary.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function NumberCell({ value }: { value: number }) {
  return (
    <td className={classes.number} title={fullNumber(value)}>
      {formatNumber(value)}
    </td>
  );
}

function asTsv(metrics: readonly [string, MetricSummary][]): string {
  const rows = metrics.map(([key, summary]) => [key, ...COLUMNS.map((column) => fullNumber(summary[column]))]);
  return [['metric', ...COLUMNS], ...rows].map((row) => row.join('\t')).join('\n');
}
