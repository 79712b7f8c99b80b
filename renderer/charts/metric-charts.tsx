import { Button, UnstyledButton } from '@mantine/core';
import { IconChartLine, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { api } from '../lib/client.ts';
import { formatCount, plural } from '../lib/format.ts';
import { useRemembered } from '../lib/remembered.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LoadingBox } from '../ui/loading.tsx';
import type { ChartRun } from './figures/line-data.ts';
import { groupKeys, type MetricSection, SYSTEM_SECTION } from './group-keys.ts';
import { MetricChart } from './metric-chart.tsx';
import classes from './metric-charts.module.css';
import { MetricControls } from './metric-controls.tsx';
import { MAX_DRAWN_RUNS } from './point-budget.ts';

type Props = {
  project: string;
  /** The first 100 are drawn. */
  runs: readonly ChartRun[];
  /** Shown when there is no run to draw. */
  empty?: ReactNode;
};

const PIECE = 48;

/** Every metric of some runs as charts, in sections by the prefix of their names; fills its parent and scrolls. */
export function MetricCharts({ project, runs, empty }: Props) {
  const [search, setSearch] = useState('');
  const drawn = useMemo(() => runs.slice(0, MAX_DRAWN_RUNS), [runs]);
  const keys = useQuery(
    api.metrics.keys.queryOptions({
      input: { project, runs: drawn.map((run) => run.id) },
      enabled: drawn.length > 0,
      placeholderData: keepPreviousData,
    }),
  );
  const wanted = useDeferredValue(search);
  const sections = useMemo(() => groupKeys(keys.data ?? [], wanted), [keys.data, wanted]);

  const content = (): ReactNode => {
    if (drawn.length === 0)
      return empty ?? <EmptyState title="No run is drawn">Select runs to see their metrics.</EmptyState>;
    if (keys.isError && !keys.data) {
      return <ErrorState error={keys.error} title="The metrics could not be loaded" onRetry={() => keys.refetch()} />;
    }
    if (!keys.data) return <LoadingBox height={240} />;
    if (keys.data.length === 0) {
      return (
        <EmptyState icon={<IconChartLine size={32} stroke={1.25} />} title="No metrics yet">
          Charts appear as soon as a script logs numbers, e.g.{' '}
          <code>
            assay.log({'{'}"loss": 0.3{'}'})
          </code>
          .
        </EmptyState>
      );
    }
    if (sections.length === 0) {
      return (
        <EmptyState
          title="No chart has such a name"
          action={
            <Button variant="default" onClick={() => setSearch('')}>
              Show all charts
            </Button>
          }
        />
      );
    }
    return sections.map((section) => (
      <Section key={section.name} section={section} project={project} runs={drawn} searching={wanted !== ''} />
    ));
  };

  return (
    <div className={classes.root}>
      <MetricControls search={search} onSearch={setSearch} />
      <div className={classes.scroll}>
        {runs.length > drawn.length ? (
          <div className={classes.message} role="status">
            Drawing the first {MAX_DRAWN_RUNS} of {plural(runs.length, 'selected run')}, so that the charts stay quick.
            Hide some runs to see others.
          </div>
        ) : null}
        {content()}
      </div>
    </div>
  );
}

type SectionProps = { section: MetricSection; project: string; runs: readonly ChartRun[]; searching: boolean };

function Section({ section, project, runs, searching }: SectionProps) {
  const [opened, setOpened] = useRemembered(`charts.section.${section.name}`, section.name !== SYSTEM_SECTION);
  const [count, setCount] = useState(PIECE);
  const open = opened || searching;
  const keys = open ? section.keys.slice(0, count) : [];
  return (
    <section aria-label={section.name}>
      <UnstyledButton className={classes.sectionHead} aria-expanded={open} onClick={() => setOpened(!opened)}>
        <IconChevronRight size={14} className={classes.chevron} data-open={open ? '' : undefined} />
        {section.name}
        <span className={classes.count}>{formatCount(section.keys.length)}</span>
      </UnstyledButton>
      <div className={classes.grid}>
        {keys.map(({ key }) => (
          <MetricChart key={key} project={project} runs={runs} metric={key} />
        ))}
      </div>
      {open && section.keys.length > count ? (
        <Button variant="default" mt="sm" onClick={() => setCount(count + PIECE)}>
          Show {Math.min(PIECE, section.keys.length - count)} more of {formatCount(section.keys.length)}
        </Button>
      ) : null}
    </section>
  );
}
