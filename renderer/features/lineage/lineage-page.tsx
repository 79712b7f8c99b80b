import { Button, Select } from '@mantine/core';
import { IconSitemap } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Lineage } from '../../../shared/contract/models.ts';
import { api } from '../../lib/client.ts';
import { plural } from '../../lib/format.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingPage } from '../../ui/loading.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { LineageGraph } from './lineage-graph.tsx';
import classes from './lineage-page.module.css';
import { NodePanel } from './node-panel.tsx';
import { focusWords, type LineageFocus, useLineagePlace } from './use-lineage-place.ts';

/** What was made from what: data version → run → model version → receipt, both ways. */
export function LineagePage() {
  const { project, focus, go } = useLineagePlace();
  const models = useQuery(api.models.list.queryOptions({ input: { project } }));
  const query = useQuery(
    api.models.lineage.queryOptions({ input: { project, ...focus }, placeholderData: keepPreviousData }),
  );
  const words = focusWords(focus);
  const names = (models.data?.models ?? []).map((model) => model.name);
  return (
    <div className={classes.page}>
      <PageHeader title="Lineage" detail={words ?? 'the whole registry'}>
        {words ? (
          <Button variant="subtle" onClick={() => go({})}>
            Show the whole registry
          </Button>
        ) : null}
        <Select
          aria-label="Model"
          placeholder="One model …"
          data={names}
          value={focus.name ?? null}
          onChange={(name) => go(name ? { name } : {})}
          searchable
          clearable
          w={200}
        />
      </PageHeader>
      {query.data ? (
        <Body key={words ?? ''} project={project} lineage={query.data} onFocus={go} />
      ) : query.error ? (
        <ErrorState title="The lineage could not be read" error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <LoadingPage />
      )}
    </div>
  );
}

type BodyProps = { project: string; lineage: Lineage; onFocus: (focus: LineageFocus) => void };

function Body({ project, lineage, onFocus }: BodyProps) {
  const [selected, setSelected] = useState<string | null>(null);
  const node = lineage.nodes.find((one) => one.id === selected);
  if (lineage.nodes.length === 0)
    return (
      <EmptyState
        icon={<IconSitemap size={32} stroke={1.4} />}
        title="Nothing to follow yet"
        action={
          <Link to="/p/$project/models" params={{ project }}>
            <Button component="span">Go to Models</Button>
          </Link>
        }
      >
        Register a model from a run. Then this page shows which data and which run it was made from, and where it went.
      </EmptyState>
    );
  return (
    <div className={classes.body}>
      <div className={classes.graph}>
        <LineageGraph lineage={lineage} selected={node ? selected : null} onSelect={setSelected} />
        <p className={classes.count}>
          {lineage.cut ?? `${plural(lineage.nodes.length, 'item')}, from data on the left to where models went`}
        </p>
      </div>
      {node ? (
        <NodePanel
          project={project}
          node={node}
          lineage={lineage}
          onClose={() => setSelected(null)}
          onSelect={setSelected}
          onFocus={onFocus}
        />
      ) : null}
    </div>
  );
}
