import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { until } from '../testing/host-process.ts';
import { assay } from './terminal.ts';
import { get, type Opened, points, startNode, upTo, worlds } from './world.ts';

const world = worlds();
const start = (host: Opened, ...args: string[]): Promise<string> => startNode(host, ['train.mjs', ...args]);
const steps = async (host: Opened, run: string): Promise<number[]> => (await points(host, run)).step;

test('kill -9 of the host in the middle of a run: the run goes on, every point is there exactly once, status and exit code are right', async () => {
  const { host } = world();
  const first = await host();
  const good = await start(first, '2500');
  const bad = await start(first, '1500', '3');
  await until(
    () => get(first, good),
    (run) => (run.metrics.loss?.count ?? 0) > 300,
  );
  await first.kill();

  const second = await host();
  expect((await get(second, good)).status).toBe('running');
  const ended = await until(
    () => get(second, good),
    (run) => run.status !== 'running',
  );
  expect(ended).toMatchObject({ status: 'finished', exitCode: 0, metrics: { loss: { count: 2500, step: 2499 } } });
  expect(await steps(second, good)).toEqual(upTo(2500));
  const failed = await until(
    () => get(second, bad),
    (run) => run.status !== 'running',
  );
  expect(failed).toMatchObject({ status: 'failed', exitCode: 3 });
  expect(await steps(second, bad)).toEqual(upTo(1500));
});

test('a run that ended while no host was alive is right after the next start', async () => {
  const { host, root } = world();
  const first = await host();
  const run = await start(first, '300', '7');
  await until(
    () => get(first, run),
    (row) => row.status === 'running',
  );
  await first.kill();
  await until(() => existsSync(join(root, '.assay', 'runs', run, 'exit.json')), Boolean);
  const second = await host();
  expect(
    await until(
      () => get(second, run),
      (row) => row.status !== 'running',
    ),
  ).toMatchObject({ status: 'failed', exitCode: 7, metrics: { loss: { count: 300 } } });
});

test('a run whose processes were all killed is lost, with its last sign of life', async () => {
  const { host, root } = world();
  const first = await host();
  const run = await start(first, '60000');
  await until(
    () => get(first, run),
    (row) => (row.metrics.loss?.count ?? 0) > 50,
  );
  const pids = JSON.parse(readFileSync(join(root, '.assay', 'runs', run, 'process.json'), 'utf8'));
  process.kill(pids.wrapper.pid, 'SIGKILL');
  process.kill(pids.child.pid, 'SIGKILL');
  const lost = await until(
    () => get(first, run),
    (row) => row.status !== 'running',
  );
  expect(lost.status).toBe('lost');
  expect(Math.abs(Date.now() - lost.lastSeenAt!)).toBeLessThan(20_000);
});

test.each([
  ['deleted', (index: string) => rmSync(index, { force: true })],
  ['truncated', (index: string) => truncateSync(index, 5000)],
  ['overwritten', (index: string) => writeFileSync(index, 'this is no database')],
])('an index that was %s between two starts costs nothing', async (_, damage) => {
  const { host, root } = world();
  const first = await host();
  const run = await start(first, '500');
  await first.client.runs.update({
    project: first.project,
    runs: [run],
    patch: { name: 'kept', starred: true, tags: { a: 'b' }, note: 'mine' },
  });
  await until(
    () => get(first, run),
    (row) => row.status === 'finished',
  );
  await first.stop();

  damage(join(root, '.assay', 'index.db'));
  expect(assay(root, 'reindex').status).toBe(0);
  const second = await host();
  expect(await get(second, run)).toMatchObject({
    status: 'finished',
    name: 'kept',
    starred: true,
    tags: { a: 'b' },
    note: 'mine',
    metrics: { loss: { count: 500 } },
  });
  expect(await steps(second, run)).toEqual(upTo(500));
});

test('an index from a newer Assay is refused with a sentence, and reindex mends it', async () => {
  const { root } = world();
  expect(assay(root, 'run', '--', process.execPath, 'train.mjs', '20').status).toBe(0);
  const db = new Database(join(root, '.assay', 'index.db'));
  db.pragma('user_version = 9999');
  db.close();
  const refused = assay(root, 'runs', 'list', '--json');
  expect(refused.status).toBe(1);
  expect(refused.stdout).toBe('');
  expect(refused.stderr).toMatch(/newer Assay.*assay reindex/);
  expect(assay(root, 'reindex').status).toBe(0);
  const rows = JSON.parse(assay(root, 'runs', 'list', '--json').stdout);
  expect(rows).toHaveLength(1);
  expect(rows[0].metrics.loss.count).toBe(20);
});

test('two hosts on one project: both see every point once, and a run is started once', async () => {
  const { host } = world();
  const [one, two] = [await host(), await host()];
  const run = await start(one, '1500');
  const [a, b] = await Promise.all(
    [one, two].map((each) =>
      until(
        () => get(each, run),
        (row) => row.status === 'finished',
      ),
    ),
  );
  expect(a!.metrics.loss).toEqual(b!.metrics.loss);
  expect(await steps(two, run)).toEqual(upTo(1500));
  expect(await steps(one, run)).toEqual(upTo(1500));
});
