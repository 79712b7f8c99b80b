/**
 * `node --import faults.ts review-faults.ts OPERATION MOST`: asks for a review (`request`) or gives the last approval (`approve`) again and again,
 * dying at another step each time, and prints what was wrong afterwards, one JSON object a line, at the end `{"steps":40}`.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../platform/log.ts';
import { createAudit } from '../services/audit/service.ts';
import { createGit } from '../services/git/service.ts';
import { createModels } from '../services/models/service.ts';
import { faults } from './faults.ts';
import { makeModelsWorld } from './make-models-world.ts';
import { makeReviews } from './make-reviews.ts';

const [operation, most] = process.argv.slice(2) as ['request' | 'approve', string];
type World = Awaited<ReturnType<typeof makeModelsWorld>>;
type Reviews = ReturnType<typeof makeReviews>;

async function prepared(): Promise<{ world: World; made: Reviews }> {
  const world = await makeModelsWorld();
  world.put('m.txt', 'one');
  await world.models.register({ project: world.id, name: 'churn', source: { path: 'm.txt' } });
  const made = makeReviews(world);
  if (operation === 'approve') await made.reviews.request(world.id, 'churn', '1.0.0', '');
  return { world, made };
}

const run = ({ reviews, id }: Reviews) =>
  operation === 'request'
    ? reviews.request(id, 'churn', '1.0.0', '')
    : reviews.decide(id, 'churn', '1.0.0', { decision: 'approve', comment: '', override: null });

/** Another process after the first died: nothing of its memory is left. */
async function again(world: World, wrong: string[]): Promise<void> {
  const git = createGit({ log: silentLog });
  const { projects, events, deps } = world;
  const audit = createAudit({ projects, git, events, clock: deps.clock });
  const models = createModels({ ...deps, git, audit });
  const made = makeReviews({ ...world, git, audit, models });
  try {
    const torn = (await audit.verify(world.id)).findings.filter(({ severity }) => severity === 'error');
    if (torn.length > 0) wrong.push(`after death the log is not whole: ${torn[0]!.message}`);
    const review = await run(made);
    const wanted = operation === 'request' ? 'requested' : 'approved';
    if (review.state !== wanted) wrong.push(`done again, the state is ${review.state}`);
    if (operation === 'approve' && !review.signature?.valid) wrong.push('done again, the signature does not hold');
    if (review.decisions.length > 1) wrong.push('done again, the decision was made twice');
    const { findings } = await audit.verify(world.id);
    wrong.push(...findings.map(({ message }) => `done again: ${message}`));
    wrong.push(
      ...(await made.reviews.verify(world.id, 'churn', '1.0.0')).map(({ message }) => `done again: ${message}`),
    );
    // half of a file under a temporary name is what a kill leaves; nobody reads it
    const status = world.gitProgram('status', '--porcelain', '-uall', 'models').split('\n');
    const open = status.filter((line) => !line.endsWith('.tmp')).join(', ');
    if (open !== '') wrong.push(`done again, this is not committed: ${open}`);
    const tags = world.gitProgram('tag', '-l', 'churn#approved#*').split('\n').filter(Boolean);
    if (operation === 'approve' && tags.length !== 1) wrong.push(`done again, there are ${tags.length} tags`);
  } catch (error) {
    wrong.push(`doing it again fails: ${(error as Error).message}`);
  } finally {
    await models.dispose();
    await git.dispose();
  }
}

for (let step = 1, total = Number.POSITIVE_INFINITY; step <= total; ) {
  const { world, made } = await prepared();
  faults.arm(step === 1 ? -1 : step - 1);
  await run(made).catch(() => undefined);
  // the first round only counts
  if (step === 1) total = faults.steps() + 1;
  faults.arm(-1);
  const wrong: string[] = [];
  for (const lock of ['index.lock', 'refs/heads/main.lock']) rmSync(join(world.root, '.git', lock), { force: true });
  await again(world, wrong);
  await world.dispose();
  process.stdout.write(`${JSON.stringify({ step: step - 1, wrong })}\n`);
  step += step === 1 ? 1 : Math.max(1, Math.floor(total / Number(most)));
  if (step > total) process.stdout.write(`${JSON.stringify({ steps: total - 1 })}\n`);
}
