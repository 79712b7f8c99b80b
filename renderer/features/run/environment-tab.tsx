import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RunDetail } from '../../../shared/contract/runs.ts';
import { api } from '../../lib/client.ts';
import { formatBytes } from '../../lib/format.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingBox } from '../../ui/loading.tsx';
import { FactTable } from './overview/fact-table.tsx';
import classes from './overview/overview.module.css';
import { Section } from './overview/section.tsx';
import { parsePackages } from './packages.ts';

/** What the run ran on and in. */
export function EnvironmentTab({ project, run }: { project: string; run: RunDetail }) {
  const { python, host, env } = run;
  if (!python && !host && !run.hasPackages && Object.keys(env).length === 0)
    return (
      <EmptyState title="No environment was recorded">
        Runs that Assay starts record their interpreter, packages, host and variables.
      </EmptyState>
    );
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        {python ? (
          <FactTable
            title="Python"
            ordered
            values={{ version: python.version ?? 'not known', kind: python.kind, executable: python.executable }}
          />
        ) : null}
        {host ? <FactTable title="Host" ordered values={hostFacts(host)} /> : null}
        <FactTable title="Environment variables" values={shownVariables(env)} empty="No variables were recorded." />
      </div>
      <div className={classes.column}>{run.hasPackages ? <Packages project={project} run={run.id} /> : null}</div>
    </div>
  );
}

/** An empty value is said to be one: `CUDA_VISIBLE_DEVICES` without GPUs means something. */
function shownVariables(env: RunDetail['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === '' ? '(empty)' : value]));
}

function hostFacts(host: NonNullable<RunDetail['host']>): Record<string, string> {
  const gpus = host.gpus.map(({ index, name, memoryBytes, driver }) => [
    `gpu ${index}`,
    [name, memoryBytes === null ? null : formatBytes(memoryBytes), driver ? `driver ${driver}` : null]
      .filter(Boolean)
      .join(', '),
  ]);
  return {
    name: host.name,
    system: host.os,
    processor: host.cpu,
    cores: String(host.cores),
    memory: formatBytes(host.memoryBytes),
    ...Object.fromEntries(gpus),
  };
}

function Packages({ project, run }: { project: string; run: string }) {
  const [filter, setFilter] = useState('');
  const query = useQuery(api.runs.packages.queryOptions({ input: { project, run } }));
  if (query.error)
    return (
      <ErrorState error={query.error} title="The packages could not be read" onRetry={() => void query.refetch()} />
    );
  if (!query.data) return <LoadingBox height={320} />;
  const packages = parsePackages(query.data.text);
  const shown = packages.filter((one) => one.name.toLowerCase().includes(filter.toLowerCase()));
  const tools = (
    <>
      <TextInput
        size="xs"
        w={160}
        placeholder="Filter"
        aria-label="Filter packages"
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <CopyButton value={query.data.text} label="Copy as requirements.txt" />
    </>
  );
  return (
    <Section title="Packages" amount={packages.length} tools={tools}>
      <div className={classes.scroll} style={{ maxHeight: 600 }}>
        <table className={classes.table}>
          <tbody>
            {shown.map(({ name, version }) => (
              <tr key={`${name} ${version}`}>
                <td>{name}</td>
                <td>{version}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
