import { ActionIcon, Select, Switch, Tabs } from '@mantine/core';
import { IconArrowsDiff, IconArrowsLeftRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { VersionDiff } from '../../../shared/contract/models.ts';
import { api } from '../../lib/client.ts';
import { useRival } from '../../lib/use-rival.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingPage } from '../../ui/loading.tsx';
import { PointerChips } from '../../ui/models/marks.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { changeCounts, verdictOf } from './change-counts.ts';
import classes from './model-diff-page.module.css';
import { CardTab, CodeTab, DataTab, FilesTab, MetricsTab, ParamsTab } from './tabs.tsx';
import { TABS, type Tab, useModelDiffPlace } from './use-model-diff-place.ts';

const TAB_WORDS: Record<Tab, string> = {
  metrics: 'Metrics',
  params: 'Params and packages',
  data: 'Data',
  code: 'Code',
  files: 'Files',
  card: 'Card',
};

/** Two versions of a model side by side: what each was made of, and what came of it. */
export function ModelDiffPage() {
  const place = useModelDiffPlace();
  const { project, name } = place;
  const versions = useQuery(api.models.versions.queryOptions({ input: { project, name, limit: 5000 } }));
  const rows = versions.data?.rows ?? [];
  const to = place.to ?? rows[0]?.version ?? null;
  const rival = useRival(project, name, to ?? '0.0.0');
  const from = place.from ?? (to === null ? null : (rival?.version ?? null));
  const query = useQuery(
    api.models.diff.queryOptions({
      input: { project, name, from: from ?? '', to: to ?? '' },
      enabled: from !== null && to !== null,
    }),
  );
  const counts = query.data ? changeCounts(query.data) : null;
  const choices = rows.map((row) => row.version);
  const rowOf = (version: string | null) => rows.find((row) => row.version === version);
  return (
    <div className={classes.page}>
      <PageHeader title={`Compare versions of ${name}`} detail={counts ? verdictOf(counts) : null}>
        <Link to="/p/$project/models" params={{ project }} className={classes.link}>
          All models
        </Link>
      </PageHeader>
      <div className={classes.sides}>
        <Side
          label="Before"
          tone="before"
          value={from}
          data={choices}
          onChange={(version) => place.go({ from: version })}
        >
          {chips(rowOf(from))}
        </Side>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Swap the two sides"
          disabled={from === null || to === null}
          onClick={() => place.go({ from: to!, to: from! })}
        >
          <IconArrowsLeftRight size={16} />
        </ActionIcon>
        <Side label="After" tone="after" value={to} data={choices} onChange={(version) => place.go({ to: version })}>
          {chips(rowOf(to))}
        </Side>
      </div>
      {query.data && counts ? (
        <Body project={project} diff={query.data} tab={place.tab} counts={counts} onTab={(tab) => place.go({ tab })} />
      ) : query.error || versions.error ? (
        <ErrorState
          title="The versions could not be compared"
          error={query.error ?? versions.error}
          onRetry={() => void (query.error ? query : versions).refetch()}
        />
      ) : versions.data && (from === null || to === null) ? (
        <EmptyState icon={<IconArrowsDiff size={32} stroke={1.4} />} title="Two versions are needed">
          {choices.length < 2
            ? 'This model has only one version. Register another one to compare them.'
            : 'Choose both sides above.'}
        </EmptyState>
      ) : (
        <LoadingPage />
      )}
    </div>
  );
}

const chips = (row: Parameters<typeof PointerChips>[0] | undefined) =>
  row ? <PointerChips stage={row.stage} aliases={row.aliases} /> : null;

type SideProps = {
  label: string;
  tone: 'before' | 'after';
  value: string | null;
  data: string[];
  onChange: (version: string) => void;
  children: React.ReactNode;
};

function Side({ label, tone, value, data, onChange, children }: SideProps) {
  return (
    <div className={classes.side} data-side={tone}>
      <span className={classes.swatch} aria-hidden />
      <Select
        aria-label={label}
        placeholder={label}
        data={data}
        value={value}
        onChange={(version) => version && onChange(version)}
        searchable
        allowDeselect={false}
        w={150}
      />
      {children}
    </div>
  );
}

type BodyProps = {
  project: string;
  diff: VersionDiff;
  tab: Tab;
  counts: Record<Tab, number>;
  onTab: (tab: Tab) => void;
};

function Body({ project, diff, tab, counts, onTab }: BodyProps) {
  const [onlyChanges, setOnlyChanges] = useState(false);
  const props = { diff, onlyChanges };
  return (
    <Tabs
      value={tab}
      onChange={(next) => onTab((next ?? 'metrics') as Tab)}
      className={classes.tabs}
      keepMounted={false}
    >
      <Tabs.List px="md">
        {TABS.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {TAB_WORDS[one]}
            {counts[one] > 0 ? <span className={classes.count}>{counts[one]}</span> : null}
          </Tabs.Tab>
        ))}
        <Switch
          label="Only what differs"
          size="xs"
          ml="auto"
          my="auto"
          checked={onlyChanges}
          onChange={(event) => setOnlyChanges(event.currentTarget.checked)}
        />
      </Tabs.List>
      <Tabs.Panel value="metrics" className={classes.panel}>
        <MetricsTab {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="params" className={classes.panel}>
        <ParamsTab {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="data" className={classes.panel}>
        <DataTab project={project} diff={diff} />
      </Tabs.Panel>
      <Tabs.Panel value="code" className={classes.panel}>
        <CodeTab diff={diff} />
      </Tabs.Panel>
      <Tabs.Panel value="files" className={classes.panel}>
        <FilesTab {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="card" className={classes.panel}>
        <CardTab diff={diff} />
      </Tabs.Panel>
    </Tabs>
  );
}
