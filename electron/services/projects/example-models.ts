import type { ContractRouterClient } from '@orpc/contract';
import { z } from 'zod';
import type { Contract } from '../../../shared/contract/index.ts';
import { AppError } from '../../../shared/errors.ts';

/** A version that a step of the example's history registers. */
export const HistoryModel = z.object({
  name: z.string(),
  version: z.string(),
  /** the run that it was, by name */
  run: z.string(),
  artifact: z.string(),
  example: z.string(),
  description: z.string(),
  /** the reviewer's comment; without one, only its gates are checked */
  approve: z.string().optional(),
  push: z.array(z.string()).default([]),
});
export type HistoryModel = z.infer<typeof HistoryModel>;

/** The host by its contract: the example does what a person does on the page, in the same way. */
export type Host = Pick<ContractRouterClient<Contract>, 'models' | 'gates' | 'reviews' | 'targets' | 'jobs' | 'runs'>;

/**
 * Registers a version, checks its gates, and when it is to be approved: requests and gives the approval, makes it the champion and pushes it.
 * Goes on where it was interrupted.
 * @throws AppError UNAVAILABLE with what a job said when it failed
 */
export async function playModel(host: Host, project: string, model: HistoryModel): Promise<void> {
  const { name, version } = model;
  const at = { project, name, version };
  const rows = (await host.models.versions({ project, name })).rows;
  if (!rows.some((row) => row.version === version)) {
    const { job } = await host.models.register({
      ...at,
      source: { run: await runNamed(host, project, model.run), artifact: model.artifact },
      description: model.description,
      licence: 'CC0-1.0',
      owner: 'penguin-team@example.com',
      example: model.example,
    });
    await jobDone(host, job);
  }
  if (!(await host.gates.latest(at))) await jobDone(host, (await host.gates.check(at)).job);
  if (model.approve === undefined) return;
  const { state } = await host.reviews.get(at);
  if (state === 'none') await host.reviews.request({ ...at, comment: model.description });
  if (state !== 'approved') await host.reviews.decide({ ...at, decision: 'approve', comment: model.approve });
  await host.models.setAlias({ project, name, alias: 'champion', version });
  const receipts = await host.targets.receipts(at);
  for (const target of model.push) {
    if (receipts.some((receipt) => receipt.target === target && receipt.verified)) continue;
    await jobDone(host, (await host.targets.push({ ...at, target })).job);
  }
}

async function runNamed(host: Host, project: string, name: string): Promise<string> {
  const { rows } = await host.runs.list({ project, limit: 1000, metrics: [], params: [] });
  const run = rows.find((row) => row.name === name);
  if (!run) throw new AppError('NOT_FOUND', `The example has no run named ${name}.`);
  return run.id;
}

async function jobDone(host: Host, id: string): Promise<void> {
  for await (const job of await host.jobs.watch({ id })) {
    if (job.state === 'running' || job.state === 'done') continue;
    throw new AppError('UNAVAILABLE', job.error ?? `"${job.title}" was ${job.state}.`);
  }
}
