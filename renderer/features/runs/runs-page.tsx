import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { MetricCharts } from '../../charts/metric-charts.tsx';
import { plural } from '../../lib/format.ts';
import { useProjectId, useProjectState } from '../../lib/use-project.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { SplitPane } from '../../ui/split-pane.tsx';
import { neededKeys } from './columns.ts';
import { EmptyTrash, NoRuns, NothingFits } from './no-runs.tsx';
import { RunDialogs } from './run-dialogs.tsx';
import classes from './runs-page.module.css';
import { USUAL_SORT } from './runs-search.ts';
import { useRunsStore } from './runs-store.ts';
import { RunsTable } from './runs-table.tsx';
import { RunsToolbar } from './runs-toolbar.tsx';
import { toggleDrawn, useDrawnRuns } from './use-drawn-runs.ts';
import { useRunCommands } from './use-run-commands.tsx';
import { PAGE_ROWS, type RunList, useRunPages } from './use-run-pages.ts';
import { useRunsView } from './use-runs-view.ts';

/** All runs of a project: the table, and beside it the charts of those that are drawn. */
export function RunsPage() {
  const project = useProjectId();
  return <Runs key={project} project={project} />;
}

function Runs({ project }: { project: string }) {
  const view = useRunsView(project);
  const commands = useRunCommands(project);
  const [range, setRange] = useState({ first: 0, last: 0 });
  const table = useRef<HTMLDivElement>(null);
  const filterInput = useRef<HTMLInputElement>(null);
  const reset = useRunsStore((state) => state.reset);
  useEffect(() => reset, [reset]);

  const needed = useMemo(() => neededKeys(view.columns ?? []), [view.columns]);
  const list: RunList = useMemo(
    () => ({ project, filter: view.filter, deleted: view.trash, sort: view.sort, ...needed }),
    [project, view.filter, view.trash, view.sort, needed],
  );
  const pages = useRunPages(list, range.first, range.last, view.columns !== undefined);
  const drawn = useDrawnRuns(project, view.drawn, pages.rows, pages.first);
  const onRange = useCallback((first: number, last: number) => {
    const next = { first: Math.floor(first / PAGE_ROWS) * PAGE_ROWS, last: Math.floor(last / PAGE_ROWS) * PAGE_ROWS };
    setRange((before) => (before.first === next.first && before.last === next.last ? before : next));
  }, []);

  const { total } = pages;
  const nothing = total === 0 && !pages.stale;
  const noRuns = nothing && view.filter === '' && !view.trash;

  const rows = (): React.ReactNode => {
    if (pages.error && pages.first === undefined) {
      const usual = (): void => {
        view.setFilter('');
        view.setSort(USUAL_SORT);
      };
      return (
        <ErrorState
          error={pages.error}
          title="The runs could not be loaded"
          onRetry={pages.retry}
          action={
            <Button variant="default" onClick={usual}>
              All runs, newest first
            </Button>
          }
        />
      );
    }
    if (total === undefined || view.columns === undefined) return <LoadingRows rows={14} />;
    if (nothing && view.filter !== '') return <NothingFits onClear={() => view.setFilter('')} />;
    if (nothing) return <EmptyTrash onBack={() => view.setTrash(false)} />;
    return (
      <RunsTable
        project={project}
        view={view}
        list={list}
        pages={pages}
        total={total}
        drawn={view.trash ? [] : drawn.ids}
        commands={commands}
        onDraw={(run) => view.setDrawn(toggleDrawn(drawn.ids, run))}
        onRange={onRange}
        onFilter={() => filterInput.current?.focus()}
        table={table}
      />
    );
  };
  const left = (
    <div className={classes.side}>
      <RunsToolbar
        project={project}
        view={view}
        list={list}
        total={total ?? 0}
        commands={commands}
        filterInput={filterInput}
        onLeaveFilter={() => table.current?.focus()}
      />
      <div className={classes.fill}>{rows()}</div>
    </div>
  );
  const none = total === undefined || nothing;
  const { setDrawn } = view;
  // a table that scrolls must not draw the charts anew
  const charts = useMemo(
    () => (
      <MetricCharts
        project={project}
        runs={drawn.runs}
        empty={none ? <span /> : <NoneDrawn onUsual={() => setDrawn(null)} />}
      />
    ),
    [project, drawn.runs, none, setDrawn],
  );
  return (
    <div className={classes.page}>
      <Header project={project} trash={view.trash} empty={noRuns} onBack={() => view.setTrash(false)} />
      <div className={classes.body}>
        {noRuns ? (
          <NoRuns project={project} />
        ) : view.trash ? (
          left
        ) : (
          <SplitPane name="runs.split" left={left} right={charts} />
        )}
      </div>
      <RunDialogs project={project} commands={commands} />
    </div>
  );
}

type HeaderProps = { project: string; trash: boolean; empty: boolean; onBack: () => void };

function Header({ project, trash, empty, onBack }: HeaderProps) {
  const counts = useProjectState()?.runs;
  const active = counts
    ? [counts.active > 0 ? `${counts.active} running` : '', counts.queued > 0 ? `${counts.queued} queued` : '']
    : [];
  const detail = counts
    ? [plural(trash ? counts.deleted : counts.total, 'run'), ...(trash ? [] : active)].filter(Boolean).join(', ')
    : null;
  return (
    <PageHeader title={trash ? 'Trash' : 'Runs'} detail={detail}>
      {trash ? (
        <Button variant="default" onClick={onBack}>
          Back to the runs
        </Button>
      ) : empty ? null : (
        <Button
          leftSection={<IconPlayerPlay size={14} />}
          renderRoot={(props) => <Link {...props} to="/p/$project/start" params={{ project }} />}
        >
          Start a run
        </Button>
      )}
    </PageHeader>
  );
}

function NoneDrawn({ onUsual }: { onUsual: () => void }) {
  return (
    <EmptyState
      title="No run is drawn"
      action={
        <Button variant="default" onClick={onUsual}>
          Draw the first runs
        </Button>
      }
    >
      Click the coloured ring before a run's name, or press the space bar on it, to see its metrics here.
    </EmptyState>
  );
}
