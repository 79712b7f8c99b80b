import type { ModelDefinition } from '../../../shared/contract/models.ts';
import type { RunDetail } from '../../../shared/contract/runs.ts';

export type RunEvidence = Pick<ModelDefinition, 'run' | 'code' | 'data' | 'params' | 'metrics' | 'environment'>;

export const NO_RUN: RunEvidence = { run: null, code: null, data: [], params: {}, metrics: {}, environment: null };

const MOST_PACKAGES = 5000;

/**
 * What a run knows of how a model was made.
 * @param artifact where among the run's artifacts the model was
 * @param packages content of its `packages.txt`
 */
export function evidenceOf(run: RunDetail, artifact: string | null, packages: string): RunEvidence {
  return {
    run: {
      id: run.id,
      name: run.name,
      experiment: run.experiment,
      group: run.group,
      command: run.command,
      startedAt: run.startedAt,
      endedAt: run.endedAt,
      artifact,
    },
    code: run.git && { ...pick(run.git), remote: run.remote },
    data: run.datasets.map(({ path, role, hash, size, version }) => ({ path, role, hash, size, version })),
    params: run.params,
    // what the machine did is no result of the model
    metrics: Object.fromEntries(
      Object.entries(run.metrics)
        .filter(([key]) => !key.startsWith('system/'))
        .map(([key, { last }]) => [key, asJson(last)]),
    ),
    environment: {
      python: run.python?.version ?? null,
      packages: packagesIn(packages),
      os: run.host?.os ?? null,
      gpus: run.host?.gpus.map(({ name }) => name) ?? [],
    },
  };
}

const pick = (git: NonNullable<RunDetail['git']>) => ({ commit: git.commit, branch: git.branch, dirty: git.dirty });

/** JSON has no NaN and no infinities: they are written as text. */
export const asJson = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** `name==version` lines as `pip freeze` writes them, sorted; what is installed from elsewhere keeps its line. */
function packagesIn(text: string): string[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return [...new Set(lines)].sort().slice(0, MOST_PACKAGES);
}

/** Sentences about what is missing for a complete version. */
export function gapsOf(
  definition: Pick<
    ModelDefinition,
    'licence' | 'description' | 'owner' | 'run' | 'code' | 'data' | 'evidence' | 'signature' | 'example' | 'kind'
  >,
): string[] {
  const { run, code, data } = definition;
  const hasPatch = definition.evidence.some(({ role }) => role === 'patch');
  return [
    ...(definition.description === '' ? ['It has no description.'] : []),
    ...(definition.licence === null ? ['It has no licence.'] : []),
    ...(definition.owner === null ? ['Nobody is named as its owner.'] : []),
    ...(run === null ? ['No run is named, so nothing is known of how it was made.'] : []),
    ...(run !== null && !code?.commit ? ['The commit of its code is not known.'] : []),
    ...(code?.dirty && !hasPatch ? ['Its code had changes that were not committed, and they were not kept.'] : []),
    ...(run !== null && data.length === 0 ? ['The run names no data that it read.'] : []),
    ...data.flatMap(({ path, hash }) => (hash === null ? [`The version of ${path} that it read is not known.`] : [])),
    ...(definition.signature === null ? ['Its inputs and outputs are not known.'] : []),
    ...(definition.example === null ? ['It has no example input.'] : []),
    ...definition.kind.warnings,
  ];
}
