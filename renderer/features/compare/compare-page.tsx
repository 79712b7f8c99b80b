import { Button, Popover, Tabs, useComputedColorScheme } from '@mantine/core';
import { IconArrowsDiff, IconDownload, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { MetricCharts } from '../../charts/metric-charts.tsx';
import { errorText } from '../../lib/errors.ts';
import { plural, shortId } from '../../lib/format.ts';
import { saveFile } from '../../lib/platform.ts';
import { runColor } from '../../lib/run-color.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LoadingPage } from '../../ui/loading.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RunPicker } from '../../ui/run-picker.tsx';
import { SplitPane } from '../../ui/split-pane.tsx';
import { CodeComparison } from './code-comparison.tsx';
import classes from './compare-page.module.css';
import { comparedRows, comparisonCsv } from './comparison.ts';
import { ComparisonTable } from './comparison-table.tsx';
import { DataComparison } from './data-comparison.tsx';
import { durationOf } from './duration.ts';
import { RunChip } from './run-chip.tsx';
import { useComparedRuns } from './use-compared-runs.ts';
import { type Tab, useComparisonPlace } from './use-comparison-place.ts';

/** Runs side by side: their values, their curves, their code. Which runs is in the address. */
export function ComparePage() {
  const place = useComparisonPlace();
  const { project, ids, base } = place;
  const { runs, loading, missing } = useComparedRuns(project, ids);
  const scheme = useComputedColorScheme('light');
  const chartRuns = useMemo(
    () =>
      runs.map(({ id, name, color, seq, startedAt }) => ({
        id,
        name,
        startedAt,
        color: runColor({ seq, color }, scheme),
      })),
    [runs, scheme],
  );
  const save = (): void => {
    const rows = comparedRows(runs, 'last', durationOf);
    saveFile('comparison.csv', new Blob([comparisonCsv(runs, rows)], { type: 'text/csv;charset=utf-8' }));
  };

  return (
    <div className={classes.page}>
      <PageHeader title="Compare" detail={plural(ids.length, 'run')}>
        <Button variant="default" leftSection={<IconDownload size={14} />} disabled={runs.length === 0} onClick={save}>
          Export CSV
        </Button>
      </PageHeader>
      <div className={classes.chips}>
        {runs.map((run) => (
          <RunChip
            key={run.id}
            project={project}
            run={run}
            baseline={run.id === base}
            onBaseline={() => place.setBase(run.id)}
            onRemove={() => place.remove(run.id)}
          />
        ))}
        {missing.map(({ id, error }) => (
          <Button
            key={id}
            size="compact-xs"
            variant="light"
            color="red"
            title={errorText(error)}
            onClick={() => place.remove(id)}
          >
            {shortId(id)} is not there; take it out
          </Button>
        ))}
        {place.full ? null : <AddRun project={project} ids={ids} onAdd={place.add} />}
      </div>
      {ids.length < 2 ? (
        <TooFew project={project} count={ids.length} />
      ) : runs.length === 0 && loading ? (
        <LoadingPage />
      ) : (
        <Tabs value={place.tab} onChange={(tab) => place.setTab((tab ?? 'values') as Tab)} className={classes.tabs}>
          <Tabs.List px="md">
            <Tabs.Tab value="values">Values and charts</Tabs.Tab>
            <Tabs.Tab value="data">Data</Tabs.Tab>
            <Tabs.Tab value="code">Code</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="values" className={classes.panel}>
            <SplitPane
              name="compare.split"
              initial={50}
              left={<ComparisonTable runs={runs} base={base} onBase={place.setBase} />}
              right={<MetricCharts project={project} runs={chartRuns} />}
            />
          </Tabs.Panel>
          <Tabs.Panel value="data" className={classes.panel}>
            <DataComparison project={project} runs={runs} base={base} />
          </Tabs.Panel>
          <Tabs.Panel value="code" className={classes.panel}>
            <CodeComparison project={project} runs={runs} />
          </Tabs.Panel>
        </Tabs>
      )}
    </div>
  );
}

function TooFew({ project, count }: { project: string; count: number }) {
  return (
    <EmptyState
      icon={<IconArrowsDiff size={32} stroke={1.5} />}
      title={count === 0 ? 'Nothing to compare yet' : 'One more run to compare with'}
      action={
        <Link to="/p/$project/runs" params={{ project }}>
          <Button component="span" variant="default">
            Choose runs in the table
          </Button>
        </Link>
      }
    >
      Add a run above, or select two or more in the table of runs.
    </EmptyState>
  );
}

function AddRun({ project, ids, onAdd }: { project: string; ids: readonly string[]; onAdd: (id: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={12} />} onClick={() => setOpen(!open)}>
          Add run
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <RunPicker project={project} exclude={ids} onPick={onAdd} />
      </Popover.Dropdown>
    </Popover>
  );
}
