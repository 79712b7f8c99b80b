import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../testing/host-process.ts';
import { assayBytes } from './terminal.ts';
import { ended, get, type Opened, points, startNode, upTo, worlds } from './world.ts';

const world = worlds();
const MEGABYTE = 1_000_000;

const log = (host: Opened, run: string, offset: number, limit: number) =>
  host.client.runs.log({ project: host.project, run, stream: 'stdout', offset, limit });

test('one line of 50 MB, in the output and among the metrics, holds nothing up', async () => {
  const { host } = world();
  const one = await host();
  const script = `
    const { openSync, writeSync } = require('fs');
    const all = (fd, bytes) => { for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at); };
    const line = Buffer.alloc(${50 * MEGABYTE}, 'x');
    line.write('needle', ${40 * MEGABYTE});
    all(1, line);
    const log = openSync(process.env.ASSAY_RUN_DIR + '/log.ndjson', 'a');
    all(log, Buffer.from('{"t":1,"s":0,"m":{"loss":1}}\\n'));
    all(log, line);
    all(log, Buffer.from('\\n{"t":2,"s":1,"m":{"loss":2}}\\n'));`;
  const run = await ended(one, await startNode(one, ['-e', script]));
  expect(run).toMatchObject({ status: 'finished', badLines: 1, metrics: { loss: { count: 2, last: 2 } } });
  expect(run.logBytes.stdout).toBe(50 * MEGABYTE);
  const tail = await log(one, run.id, -1000, 4000);
  expect(tail).toMatchObject({ offset: 50 * MEGABYTE - 1000, size: 50 * MEGABYTE });
  expect(await tail.bytes.text()).toBe('x'.repeat(1000));
  const found = await one.client.runs.searchLog({
    project: one.project,
    run: run.id,
    stream: 'stdout',
    text: 'needle',
  });
  expect(found).toMatchObject({ matches: [{ offset: 0, text: expect.stringContaining('needle') }], next: null });
  expect(found.matches[0]!.text.length).toBeLessThanOrEqual(500);
});

test('binary output and invalid UTF-8 come through byte for byte, in the terminal and on the page', async () => {
  const { root, host, run: folder } = world();
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
  writeFileSync(join(root, 'bytes.bin'), bytes);
  const script = `
    const { appendFileSync, copyFileSync, readFileSync, writeFileSync, writeSync } = require('fs');
    const bytes = readFileSync('bytes.bin');
    for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
    const dir = process.env.ASSAY_RUN_DIR;
    appendFileSync(dir + '/log.ndjson', Buffer.concat([bytes, Buffer.from('\\n{"t":1,"tag":{"name":"a'), Buffer.from([255, 254]), Buffer.from('b"}}\\n{"t":1,"s":0,"m":{"loss":1}}\\n')]));
    copyFileSync('bytes.bin', Buffer.concat([Buffer.from(dir + '/artifacts/'), Buffer.from([120, ${process.platform === 'linux' ? 255 : 120}])]));`;
  const typed = assayBytes({}, root, 'run', '--', process.execPath, '-e', script);
  expect(typed.status).toBe(0);
  expect(Buffer.compare(typed.stdout, bytes)).toBe(0);
  const one = await host();
  const [row] = (await one.client.runs.list({ project: one.project })).rows;
  const run = await get(one, row!.id);
  expect(run).toMatchObject({ status: 'finished', tags: { name: 'a\ufffd\ufffdb' }, metrics: { loss: { count: 1 } } });
  expect(run.badLines).toBeGreaterThan(0);
  const piece = await log(one, run.id, 0, 100_000);
  expect(Buffer.compare(Buffer.from(await piece.bytes.arrayBuffer()), bytes)).toBe(0);
  expect(folder(run.id)).toBe(run.folder);
});

test('a clock that goes back an hour in the middle of a run: every point is there, as it was logged, and arrives at once', async () => {
  const { host, folder } = world();
  const back = join(folder, 'back');
  const clock = join(folder, 'clock.mjs');
  // the clock of the host, its workers and the run alike
  writeFileSync(
    clock,
    `import { existsSync } from 'node:fs'; const now = Date.now; Date.now = () => now() - (existsSync(${JSON.stringify(back)}) ? 3_600_000 : 0);`,
  );
  const go = join(folder, 'go');
  const script = `
    const { appendFileSync, existsSync } = require('fs');
    let s = 0;
    const timer = setInterval(() => {
      appendFileSync(process.env.ASSAY_RUN_DIR + '/log.ndjson', JSON.stringify({ t: Date.now() / 1000, s: s++, m: { loss: s } }) + '\\n');
      if (existsSync(${JSON.stringify(go)})) clearInterval(timer);
    }, 5);`;
  const env = { NODE_OPTIONS: `--import ${JSON.stringify(clock)}` };
  const one = await host({ env });
  const run = await startNode(one, ['-e', script], { env });
  const count = async (): Promise<number> => (await get(one, run)).metrics.loss?.count ?? 0;
  const before = await until(count, (n) => n > 50);
  writeFileSync(back, '');
  const jumped = performance.now();
  for (let seen = before, i = 0; i < 4; i++) {
    const more = seen;
    seen = await until(count, (n) => n > more, 2500);
  }
  // a look a second would be too slow
  expect(performance.now() - jumped).toBeLessThan(3000);
  writeFileSync(go, '');
  const row = await ended(one, run);
  expect(row).toMatchObject({ status: 'finished', exitCode: 0 });
  const { step, time } = await points(one, run);
  expect(step).toEqual(upTo(row.metrics.loss!.count));
  const jumps = time.slice(1).map((t, i) => t - time[i]!);
  expect(jumps.filter((jump) => jump < -3000)).toHaveLength(1);
  expect(
    (await one.client.runs.list({ project: one.project, sort: { key: 'duration', desc: true } })).rows,
  ).toHaveLength(1);
  expect(await ended(one, await startNode(one, ['-v']))).toMatchObject({ status: 'finished' });
});

test('two hosts on one project start each waiting run once', async () => {
  const { host, root } = world();
  const [one, two] = [await host(), await host()];
  const runs: string[] = [];
  for (const each of [one, two, one, two])
    runs.push(
      await startNode(each, ['-e', `require('fs').appendFileSync('started', process.env.ASSAY_RUN_ID + '\\n')`], {
        queue: true,
      }),
    );
  for (const run of runs) for (const each of [one, two]) expect((await ended(each, run)).status).toBe('finished');
  expect(readFileSync(join(root, 'started'), 'utf8').trim().split('\n').sort()).toEqual(runs.sort());
});
