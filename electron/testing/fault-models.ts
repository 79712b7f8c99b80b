/**
 * `node --import faults.ts fault-models.ts MOST`: registers a version and points an alias to it again and again, dying at another step each
 * time, and prints what was wrong afterwards, one JSON object a line: `{"step":3,"wrong":["…"]}`, at the end `{"steps":40}`.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../platform/log.ts';
import { createAudit } from '../services/audit/service.ts';
import { createGit } from '../services/git/service.ts';
import { createModels } from '../services/models/service.ts';
import { faults } from './faults.ts';
import { type ModelsWorld, makeModelsWorld } from './make-models-world.ts';

const most = Number(process.argv[2] ?? 1000);

/** The services of a process that begins after the death: nothing is remembered. */
async function inNewProcess<T>(
  world: ModelsWorld,
  work: (models: ReturnType<typeof createModels>) => Promise<T>,
): Promise<T> {
  const git = createGit({ log: silentLog });
  const { projects, events, clock } = world.deps;
  const audit = createAudit({ projects, git, events, clock });
  const models = createModels({ ...world.deps, git, audit });
  try {
    return await work(models);
  } finally {
    await models.dispose();
    await git.dispose();
  }
}

async function run(world: ModelsWorld): Promise<void> {
  await inNewProcess(world, async (models) => {
    const name = 'churn';
    const version = await models.register({ project: world.id, name, source: { path: 'm.bin' } });
    await models.setAlias(world.id, name, 'champion', version);
  });
}

/** Doing it again completes the same version; nothing is there twice, and everything fits together. */
async function check(world: ModelsWorld, wrong: string[]): Promise<void> {
  await inNewProcess(world, async (models) => {
    const what = { project: world.id, name: 'churn', source: { path: 'm.bin' }, version: '1.0.0' };
    try {
      await models.register(what);
    } catch (error) {
      if ((error as { code?: string }).code !== 'CONFLICT') throw error;
    }
    await models.setAlias(world.id, 'churn', 'champion', '1.0.0');
    const versions = await models.versions(world.id, 'churn');
    if (versions.join() !== '1.0.0') wrong.push(`the versions are ${versions.join()}`);
    const { findings } = await models.verify({ project: world.id, name: 'churn', version: '1.0.0' });
    for (const { kind, where, message } of findings) wrong.push(`${kind} ${where}: ${message}`);
    const actions = world.audit.events(world.id).map(({ action }) => action);
    if (actions.join() !== 'registered,alias-set') wrong.push(`the log has ${actions.join()}`);
    const pointers = await models.pointers(world.id, 'churn');
    if (pointers.champion !== '1.0.0') wrong.push('the alias is not there');
    const left = world.gitProgram('status', '--porcelain', '--untracked-files=all', 'models');
    if (left !== '') wrong.push(`not committed: ${left}`);
    if (world.gitProgram('fsck', '--strict').includes('error')) wrong.push('git finds the repository corrupt');
  });
}

/** Once without dying, to count. */
async function countSteps(): Promise<number> {
  const world = await makeModelsWorld();
  world.put('m.bin', 'weights');
  faults.arm(-1);
  await run(world);
  const steps = faults.steps();
  await world.dispose();
  return steps;
}

const steps = await countSteps();
process.stdout.write(`${JSON.stringify({ steps })}\n`);
for (let step = 1; step <= steps; step += Math.max(1, Math.floor(steps / most))) {
  const wrong: string[] = [];
  const world = await makeModelsWorld();
  world.put('m.bin', 'weights');
  faults.arm(step);
  await run(world).catch(() => undefined);
  faults.arm(-1);
  // git itself leaves its locks behind, and says what to do about them
  for (const lock of ['index.lock', 'refs/heads/main.lock', 'HEAD.lock'])
    rmSync(join(world.root, '.git', lock), { force: true });
  for (const lock of ['churn@v1.0.0.lock', 'churn#champion#1.lock'])
    rmSync(join(world.root, '.git/refs/tags', lock), { force: true });
  try {
    await check(world, wrong);
  } catch (error) {
    wrong.push(`doing it again fails: ${(error as Error).message}`);
  }
  await world.dispose();
  process.stdout.write(`${JSON.stringify({ step, wrong })}\n`);
}
