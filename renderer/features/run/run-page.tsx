import { Button, Tabs } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RunDetail } from '../../../shared/contract/runs.ts';
import { useProjectId } from '../../lib/use-project.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingPage } from '../../ui/loading.tsx';
import { ArtifactsTab } from './artifacts/artifacts-tab.tsx';
import { ChartsTab, SystemTab } from './charts-tab.tsx';
import { CodeTab } from './code/code-tab.tsx';
import { EnvironmentTab } from './environment-tab.tsx';
import { LogsTab } from './logs/logs-tab.tsx';
import { OverviewTab } from './overview/overview-tab.tsx';
import { RunHeader } from './run-header.tsx';
import classes from './run-page.module.css';
import { useRun } from './use-run.ts';

type TabProps = { project: string; run: RunDetail };

const TABS: readonly {
  id: string;
  label: string;
  count?: (run: RunDetail) => number;
  view: (props: TabProps) => ReactNode;
}[] = [
  { id: 'overview', label: 'Overview', view: (props) => <OverviewTab {...props} /> },
  { id: 'charts', label: 'Charts', view: (props) => <ChartsTab {...props} /> },
  { id: 'system', label: 'System', view: (props) => <SystemTab {...props} /> },
  { id: 'logs', label: 'Logs', view: (props) => <LogsTab {...props} /> },
  { id: 'code', label: 'Code', view: (props) => <CodeTab {...props} /> },
  { id: 'environment', label: 'Environment', view: (props) => <EnvironmentTab {...props} /> },
  {
    id: 'artifacts',
    label: 'Artifacts',
    count: (run) => run.artifacts.length,
    view: (props) => <ArtifactsTab {...props} />,
  },
];

/** One run: what it is on top, everything about it in tabs. The tab is in the address. */
export function RunPage() {
  const project = useProjectId();
  const { run: id = '' } = useParams({ strict: false });
  const query = useRun(project, id);
  if (query.data) return <LoadedRun project={project} run={query.data} />;
  if (!query.error) return <LoadingPage />;
  return (
    <ErrorState
      error={query.error}
      title="This run cannot be shown"
      onRetry={() => void query.refetch()}
      action={
        <Link to="/p/$project/runs" params={{ project }}>
          <Button component="span" variant="default">
            All runs
          </Button>
        </Link>
      }
    />
  );
}

function LoadedRun({ project, run }: TabProps) {
  const search: { tab?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const tab = TABS.find((one) => one.id === search.tab) ?? TABS[0]!;
  const choose = (next: string | null): void => {
    void navigate({
      to: '/p/$project/runs/$run',
      params: { project, run: run.id },
      search: next === null || next === 'overview' ? {} : { tab: next },
      replace: true,
    });
  };
  return (
    <div className={classes.page}>
      <RunHeader key={run.id} project={project} run={run} />
      <Tabs value={tab.id} onChange={choose} className={classes.tabs}>
        <Tabs.List px="md" className={classes.list}>
          {TABS.map(({ id, label, count }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
              {count && count(run) > 0 ? <span className={classes.count}>{count(run)}</span> : null}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel key={run.id} value={tab.id} className={classes.panel}>
          {tab.view({ project, run })}
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
