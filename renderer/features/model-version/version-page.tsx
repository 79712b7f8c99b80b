import { Button, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { VersionDetail } from '../../../shared/contract/models.ts';
import { api } from '../../lib/client.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingPage } from '../../ui/loading.tsx';
import { CardTab } from './card/card-tab.tsx';
import { FilesTab } from './files/files-tab.tsx';
import { GatesTab } from './gates/gates-tab.tsx';
import { HistoryTab } from './history-tab.tsx';
import { OverviewTab } from './overview/overview-tab.tsx';
import { PushDialog } from './receipts/push-dialog.tsx';
import { ReceiptsTab } from './receipts/receipts-tab.tsx';
import { useVersionCommands, type VersionCommands } from './use-version-commands.ts';
import { useVersionPlace, type VersionPlace } from './use-version-place.ts';
import { VersionHeader } from './version-header.tsx';
import classes from './version-page.module.css';
import type { VersionTab } from './version-search.ts';

export type TabProps = { place: VersionPlace; detail: VersionDetail; commands: VersionCommands };

const TABS: readonly {
  id: VersionTab;
  label: string;
  count?: (detail: VersionDetail) => number;
  view: (props: TabProps) => ReactNode;
}[] = [
  { id: 'overview', label: 'Overview', view: (props) => <OverviewTab {...props} /> },
  { id: 'gates', label: 'Gates', count: ({ row }) => row.gates?.total ?? 0, view: (props) => <GatesTab {...props} /> },
  { id: 'card', label: 'Card', view: (props) => <CardTab {...props} /> },
  {
    id: 'files',
    label: 'Files',
    count: ({ definition }) => definition.files.length,
    view: (props) => <FilesTab {...props} />,
  },
  {
    id: 'receipts',
    label: 'Signature & receipts',
    count: ({ row }) => row.pushedTo.length,
    view: (props) => <ReceiptsTab {...props} />,
  },
  { id: 'history', label: 'History', view: ({ detail }) => <HistoryTab history={detail.history} /> },
];

/** One version of a model: where it stands on top, its evidence and everything that was decided about it in tabs. */
export function VersionPage() {
  const place = useVersionPlace();
  const { on } = place;
  const query = useQuery(api.models.get.queryOptions({ input: on }));
  if (query.data) return <LoadedVersion key={`${on.name}@${on.version}`} place={place} detail={query.data} />;
  if (!query.error) return <LoadingPage />;
  return (
    <ErrorState
      error={query.error}
      title="This version cannot be shown"
      onRetry={() => void query.refetch()}
      action={
        <Link to="/p/$project/models" params={{ project: on.project }}>
          <Button component="span" variant="default">
            All models
          </Button>
        </Link>
      }
    />
  );
}

function LoadedVersion({ place, detail }: { place: VersionPlace; detail: VersionDetail }) {
  const commands = useVersionCommands(place.on);
  const tab = TABS.find((one) => one.id === place.search.tab) ?? TABS[0]!;
  return (
    <div className={classes.page}>
      <VersionHeader place={place} detail={detail} commands={commands} />
      <Tabs
        value={tab.id}
        onChange={(next) => place.go({ tab: next === 'overview' || next === null ? undefined : (next as VersionTab) })}
        className={classes.tabs}
      >
        <Tabs.List px="md" className={classes.list}>
          {TABS.map(({ id, label, count }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
              {count && count(detail) > 0 ? <span className={classes.count}>{count(detail)}</span> : null}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab.id} className={classes.panel}>
          {tab.view({ place, detail, commands })}
        </Tabs.Panel>
      </Tabs>
      <PushDialog place={place} detail={detail} />
    </div>
  );
}
