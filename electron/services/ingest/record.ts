import { join } from 'node:path';
import type { LoggedDataset } from './batch.ts';
import { readDataset } from './parse-log.ts';
import { finiteOf, isObject, readJsonFile, textOf } from './safe-read.ts';

/** What is known of a run before it has logged anything. */
export type RunRecord = {
  /** false while the run only waits to be started (`request.json` alone) */
  launched: boolean;
  name: string;
  experiment: string;
  source: 'launch' | 'sdk';
  command: string;
  group: string | null;
  parent: string | null;
  note: string;
  createdAt: number;
  startedAt: number | null;
  gitCommit: string | null;
  gitBranch: string | null;
  gitDirty: number | null;
  host: string | null;
  gpus: string;
  tags: [key: string, value: string][];
  params: [key: string, value: unknown][];
  datasets: LoggedDataset[];
  identity: string;
};

/**
 * Reads `run.json`, else `request.json`; null when there is neither (yet). Lenient: whatever is missing or wrong takes its default, so that
 * a run is never hidden because of one field.
 */
export function readRecord(folder: string, id: string): RunRecord | null {
  const run = readJsonFile(join(folder, 'run.json'));
  const file = run ?? readJsonFile(join(folder, 'request.json'));
  if (!file) return null;
  const { value } = file;
  const git = isObject(value.git) ? value.git : {};
  const host = isObject(value.host) ? value.host : {};
  return {
    launched: run !== null,
    name: textOf(value.name) || `run-${id.slice(-6)}`,
    experiment: textOf(value.experiment) || 'default',
    source: run === null || value.source === 'launch' ? 'launch' : 'sdk',
    command: JSON.stringify(
      Array.isArray(value.command) ? value.command.filter((word) => typeof word === 'string') : [],
    ),
    group: textOf(value.group),
    parent: textOf(value.parent),
    note: textOf(value.note) ?? '',
    createdAt: finiteOf(value.createdAt) ?? timeOf(id),
    startedAt: run ? finiteOf(value.startedAt) : null,
    gitCommit: textOf(git.commit),
    gitBranch: textOf(git.branch),
    gitDirty: typeof git.dirty === 'boolean' ? Number(git.dirty) : null,
    host: textOf(host.name),
    gpus: JSON.stringify(Array.isArray(value.gpus) ? value.gpus.filter((gpu) => typeof gpu === 'number') : []),
    tags: entries(value.tags).flatMap(([key, tag]): [string, string][] =>
      typeof tag === 'string' ? [[key, tag]] : [],
    ),
    params: entries(value.params),
    datasets: Array.isArray(value.datasets) ? value.datasets.flatMap((one) => readDataset(one) ?? []) : [],
    identity: JSON.stringify(value),
  };
}

function entries(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value).filter(([key]) => key !== '') : [];
}

/** The time in a UUIDv7's first 48 bits, epoch milliseconds. */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 12), 16);
}
