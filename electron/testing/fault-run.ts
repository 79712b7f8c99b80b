/**
 * `node --import faults.ts fault-run.ts OPERATION LINK-TYPE`: does an operation on versioned data again and again, dying at another step each
 * time, and prints what was wrong afterwards, one JSON object a line: `{"step":3,"wrong":["…"]}`, at the end `{"steps":40}`.
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../platform/log.ts';
import { createDatasets } from '../services/datasets/service.ts';
import { createGit } from '../services/git/service.ts';
import { faults } from './faults.ts';

const [operation, link, most = '1000'] = process.argv.slice(2) as [string, string, string?];
const home = mkdtempSync(join(tmpdir(), 'assay-faults-'));
const KEEP = { branches: true, tags: true, commits: true, runs: true };
const V1: Record<string, string> = { 'd/a': 'a one', 'd/gone': 'goes away', 'd/sub/b': 'b one' };
const V2: Record<string, string> = { 'd/a': 'a two', 'd/new': 'comes', 'd/sub/b': 'b one' };

type World = { root: string; git: ReturnType<typeof createGit>; datasets: ReturnType<typeof createDatasets> };
const md5 = (bytes: Buffer | string): string => createHash('md5').update(bytes).digest('hex');
const input = ({ root }: World) => ({ project: 'p', paths: [join(root, 'd')] });

async function withWorld<T>(root: string, work: (world: World) => Promise<T>): Promise<T> {
  const git = createGit({ log: silentLog });
  const datasets = createDatasets({ projects: { get: () => ({ root }) }, git });
  try {
    return await work({ root, git, datasets });
  } finally {
    await datasets.dispose();
    await git.dispose();
  }
}

function put(root: string, files: Record<string, string>): void {
  rmSync(join(root, 'd'), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function filesIn(root: string, top: string): Record<string, string> {
  const found: Record<string, string> = {};
  if (!existsSync(join(root, top))) return found;
  for (const entry of readdirSync(join(root, top), { withFileTypes: true })) {
    const path = `${top}/${entry.name}`;
    if (entry.isDirectory()) Object.assign(found, filesIn(root, path));
    else found[path] = readFileSync(join(root, path), 'utf8');
  }
  return found;
}

/** Two versions, the first committed; the second lies there, and is committed too where an operation needs it. */
async function makeTemplate(root: string): Promise<void> {
  mkdirSync(root);
  await withWorld(root, async (world) => {
    await world.git.init(root);
    appendFileSync(join(root, '.git/config'), '[user]\n\tname = T\n\temail = t@example.invalid\n');
    put(root, V1);
    await world.datasets.add(input(world));
    appendFileSync(join(root, '.dvc/config'), `[cache]\n    type = ${link}\n`);
    await world.datasets.commit({ project: 'p', paths: [] }, 'one');
    put(root, V2);
    if (operation === 'add') return;
    await world.datasets.add(input(world));
    if (operation === 'checkout') await world.datasets.commit({ project: 'p', paths: [] }, 'two');
    if (operation === 'restore' || operation === 'gc') {
      await world.datasets.commit({ project: 'p', paths: [] }, 'two');
      writeFileSync(join(root, 'd/a'), 'never committed');
      await world.datasets.add(input(world));
      put(root, V2);
      await world.datasets.add(input(world));
    }
    if (operation === 'restore') await world.datasets.gc({ project: 'p', keep: KEEP });
  });
}

function run(world: World): Promise<unknown> {
  const { root, datasets } = world;
  switch (operation) {
    case 'add':
      return datasets.add(input(world));
    case 'checkout':
      return datasets.checkoutVersion({ project: 'p', path: join(root, 'd'), version: 'HEAD~1' });
    case 'gc':
      return datasets.gc({ project: 'p', keep: KEEP });
    case 'restore':
      return datasets.restoreTrash({ project: 'p', id: null });
    case 'rename':
      return datasets.rename({ project: 'p', path: join(root, 'd'), to: join(root, 'sub/e') });
    case 'commit':
      return datasets.commit({ project: 'p', paths: [join(root, 'd')] }, 'two');
    default:
      throw new Error(`no operation ${operation}`);
  }
}

/** Contents of all objects, and of what is in the trash; every object under its own name is sound. */
function objects(root: string, wrong: string[]): Set<string> {
  const found = new Set<string>();
  for (const [path, text] of Object.entries(filesIn(root, '.dvc/cache/files/md5'))) {
    const name = path.slice('.dvc/cache/files/md5/'.length).replace('/', '');
    if (md5(text) !== name.replace('.dir', '')) wrong.push(`the object ${name} is damaged`);
    found.add(text);
  }
  for (const [path, text] of Object.entries(filesIn(root, '.dvc/cache/assay-trash')))
    if (path.includes('/objects/')) found.add(text);
  return found;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const sorted = (files: Record<string, string>) => Object.entries(files).sort();

/** What must hold after death, whatever the step. */
function checkAfterDeath(root: string, template: string, wrong: string[]): void {
  const kept = objects(root, wrong);
  for (const text of objects(template, [])) if (!kept.has(text)) wrong.push(`the cache lost ${text.slice(0, 20)}`);
  const data = filesIn(root, 'd');
  if (operation === 'checkout') {
    for (const [path, text] of Object.entries(data))
      if (text !== V1[path] && text !== V2[path]) wrong.push(`${path} is neither of the two: ${text}`);
    return;
  }
  const moved = filesIn(root, 'sub/e');
  const all =
    operation === 'rename' && Object.keys(data).length === 0
      ? Object.fromEntries(Object.entries(moved).map(([path, text]) => [path.replace('sub/e', 'd'), text]))
      : data;
  if (!same(sorted(all), sorted(V2))) wrong.push(`the data is ${JSON.stringify(all)}`);
}

async function checkCompleted(world: World, wrong: string[]): Promise<void> {
  const { root, datasets, git } = world;
  const place = operation === 'rename' ? 'sub/e' : 'd';
  const wanted = operation === 'checkout' ? V1 : V2;
  const now = Object.fromEntries(
    Object.entries(filesIn(root, place)).map(([path, text]) => [path.replace(place, 'd'), text]),
  );
  if (!same(sorted(now), sorted(wanted))) wrong.push(`done again, the data is ${JSON.stringify(now)}`);
  const [status] = await datasets.status({ project: 'p', paths: [] });
  if (status?.state !== 'unchanged' || status.path !== place)
    wrong.push(`done again, the state is ${status?.state} of ${status?.path}`);
  const [verified] = await datasets.verify({ project: 'p', paths: [] });
  if (verified!.missing.length + verified!.damaged.length > 0) wrong.push('done again, objects are missing or damaged');
  if (operation === 'restore' && datasets.trash('p').length > 0) wrong.push('done again, the trash is not empty');
  if (operation === 'gc' && (await datasets.gcPlan({ project: 'p', keep: KEEP })).objects > 0)
    wrong.push('done again, garbage is left');
  const known = await git.knownCommits(root);
  const { unreadable } = await git.committedFiles(root, known.commits, '.*');
  if (known.unreadable.length + unreadable.length > 0) wrong.push('a commit cannot be read');
  const [head] = known.heads;
  if (operation === 'commit' && (await git.fileAt(root, head!, 'd.dvc')) !== readFileSync(join(root, 'd.dvc'), 'utf8'))
    wrong.push('done again, the record is not committed');
}

const template = join(home, 'template');
await makeTemplate(template);
for (
  let step = 1, total = Number.POSITIVE_INFINITY;
  step <= total;
  step += Math.max(1, Math.floor(total / Number(most)))
) {
  const root = join(home, `p${step}`);
  cpSync(template, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  const wrong: string[] = [];
  if (step === 1) {
    // once without dying, to count
    faults.arm(-1);
    await withWorld(root, run);
    total = faults.steps();
    rmSync(root, { recursive: true });
    cpSync(template, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  }
  faults.arm(step);
  await withWorld(root, (world) => run(world).catch(() => undefined));
  faults.arm(-1);
  // git itself leaves its locks behind, and says what to do about them
  for (const lock of ['index.lock', 'refs/heads/main.lock']) rmSync(join(root, '.git', lock), { force: true });
  checkAfterDeath(root, template, wrong);
  try {
    await withWorld(root, async (world) => {
      await run(world).catch((error: Error) => {
        // it was complete, or what was to be done has been done
        if (!/nothing to commit|is not versioned|nothing to restore/.test(error.message)) throw error;
      });
      await checkCompleted(world, wrong);
    });
  } catch (error) {
    wrong.push(`doing it again fails: ${(error as Error).message}`);
  }
  process.stdout.write(`${JSON.stringify({ step, wrong })}\n`);
  if (wrong.length === 0) rmSync(root, { recursive: true });
  if (step === 1) process.stdout.write(`${JSON.stringify({ steps: total })}\n`);
}
rmSync(home, { recursive: true, force: true });
process.exit(0);
