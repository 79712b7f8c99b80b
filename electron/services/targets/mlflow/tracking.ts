import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { OutgoingVersion } from '../driver.ts';
import { keyOf, paramText, tagText } from './keys.ts';
import { orNull, type Rest } from './rest.ts';

const Experiment = z.object({
  experiment_id: z.coerce.string(),
  artifact_location: z.string().default(''),
  lifecycle_stage: z.string().default('active'),
});
export type Experiment = z.infer<typeof Experiment>;

const Run = z.object({
  info: z.object({
    run_id: z.string().regex(/^[\w-]{1,256}$/),
    artifact_uri: z.string().max(4096),
    status: z.string().default('RUNNING'),
    lifecycle_stage: z.string().default('active'),
  }),
});
export type Run = z.infer<typeof Run>['info'];

const BATCH = 100;
/** By this tag a run is found again: the digest of the definition that it stands for. */
export const DEFINITION = 'assay.definition';

/** The experiment of this name; null when there is none. @throws AppError CONFLICT when it was deleted */
export async function findExperiment(rest: Rest, name: string): Promise<Experiment | null> {
  const found = await rest.again(() =>
    orNull(
      rest.call('GET', 'experiments/get-by-name', { experiment_name: name }, z.object({ experiment: Experiment })),
    ),
  );
  if (found && found.experiment.lifecycle_stage !== 'active')
    throw new AppError(
      'CONFLICT',
      `The experiment "${name}" of ${rest.address} was deleted. Restore it there, or name another one in assay.yaml (experiment: …).`,
    );
  return found?.experiment ?? null;
}

export async function haveExperiment(rest: Rest, name: string): Promise<Experiment> {
  return await rest.again(async () => {
    const found = await findExperiment(rest, name);
    if (found) return found;
    const { experiment_id } = await rest.call(
      'POST',
      'experiments/create',
      { name },
      z.object({ experiment_id: z.coerce.string() }),
    );
    const { experiment } = await rest.call(
      'GET',
      'experiments/get',
      { experiment_id },
      z.object({ experiment: Experiment }),
    );
    return experiment;
  });
}

/** The run of this definition, the oldest when a cut made several; null when there is none. */
export async function findRun(rest: Rest, { experiment_id }: Experiment, digest: string): Promise<Run | null> {
  const { runs } = await rest.again(() =>
    rest.call(
      'POST',
      'runs/search',
      {
        experiment_ids: [experiment_id],
        filter: `tags.\`${DEFINITION}\` = '${digest}'`,
        run_view_type: 'ACTIVE_ONLY',
        order_by: ['attributes.start_time ASC'],
        max_results: 10,
      },
      z.object({ runs: z.array(Run).default([]) }),
    ),
  );
  return runs.find(({ info }) => info.lifecycle_stage === 'active')?.info ?? null;
}

export async function getRun(rest: Rest, run_id: string): Promise<Run> {
  const found = await rest.again(() => orNull(rest.call('GET', 'runs/get', { run_id }, z.object({ run: Run }))));
  if (!found || found.run.info.lifecycle_stage !== 'active')
    throw new AppError('NOT_FOUND', `${rest.address} does not have the run of this version any more. Push it again.`);
  return found.run.info;
}

/** Finds the run of a version or makes it, with everything that was measured; it is not finished yet. */
export async function haveRun(rest: Rest, experiment: Experiment, version: OutgoingVersion): Promise<Run> {
  const { definition, digest } = version;
  const run = await rest.again(async () => {
    const found = await findRun(rest, experiment, digest);
    if (found) return found;
    const made = await rest.call(
      'POST',
      'runs/create',
      {
        experiment_id: experiment.experiment_id,
        user_id: definition.author.name.slice(0, 250),
        run_name: `${definition.model} ${definition.version}`,
        start_time: startOf(version),
        tags: tagsOfRun(version),
      },
      z.object({ run: Run }),
    );
    return made.run.info;
  });
  if (run.status !== 'FINISHED') await logAll(rest, run, version);
  return run;
}

/** Marks the run as done, at the time at which the training ended. */
export async function finishRun(rest: Rest, { run_id, status }: Run, version: OutgoingVersion): Promise<void> {
  if (status === 'FINISHED') return;
  const end_time = version.definition.run?.endedAt ?? Date.parse(version.definition.created);
  await rest.again(() =>
    rest.call(
      'POST',
      'runs/update',
      { run_id, status: 'FINISHED', end_time: Math.max(Math.round(end_time), startOf(version)) },
      z.object({}),
    ),
  );
}

const startOf = ({ definition }: OutgoingVersion): number =>
  Math.round(definition.run?.startedAt ?? Date.parse(definition.created));

function tagsOfRun({ definition, digest }: OutgoingVersion): { key: string; value: string }[] {
  const { author, run, code, model, version } = definition;
  const tags: Record<string, string | null | undefined> = {
    [DEFINITION]: digest,
    'assay.model': model,
    'assay.version': version,
    'assay.run': run?.id,
    'mlflow.runName': `${model} ${version}`,
    'mlflow.user': author.name,
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.name': run?.command.join(' '),
    'mlflow.source.git.commit': code?.commit,
    'mlflow.source.git.branch': code?.branch,
    'mlflow.note.content': definition.description,
  };
  return Object.entries(tags).flatMap(([key, value]) => (value ? [{ key, value: tagText(value) }] : []));
}

/** Params and metrics; logging the same ones again changes nothing there. */
async function logAll(rest: Rest, { run_id }: Run, { definition }: OutgoingVersion): Promise<void> {
  const paramNames = new Set<string>();
  const params = Object.entries(definition.params).map(([key, value]) => ({
    key: keyOf(key, paramNames),
    value: paramText(value),
  }));
  const metricNames = new Set<string>();
  const timestamp = Math.round(definition.run?.endedAt ?? Date.parse(definition.created));
  // NaN and the infinities are strings in the JSON of protobuf, as they are in a definition
  const metrics = Object.entries(definition.metrics).map(([key, value]) => ({
    key: keyOf(key, metricNames),
    value: typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    timestamp,
    step: 0,
  }));
  for (let at = 0; at < Math.max(params.length, metrics.length); at += BATCH)
    await rest.again(() =>
      rest.call(
        'POST',
        'runs/log-batch',
        { run_id, params: params.slice(at, at + BATCH), metrics: metrics.slice(at, at + BATCH) },
        z.object({}),
      ),
    );
}
