import { closeSync, existsSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../testing/host-process.ts';
import { noMounts, onSmallDisk, seenBy, withSmallFiles } from './confined.ts';
import { assay, assayWith } from './terminal.ts';
import { ended, get, points, processOf, startNode, upTo, worlds } from './world.ts';

const world = worlds();
const skipped = noMounts();

/** Logs until a file appears, keeps what could not be written, as the SDK does, and ends well. */
const PATIENT = `
import { existsSync, openSync, writeSync } from 'node:fs';
const [until] = process.argv.slice(2);
const log = openSync(process.env.ASSAY_RUN_DIR + '/log.ndjson', 'a');
let step = 0;
setTimeout(() => process.exit(9), 60_000).unref();
let rest = Buffer.alloc(0);
const timer = setInterval(() => {
  rest = Buffer.concat([rest, Buffer.from(JSON.stringify({ t: Date.now() / 1000, s: step++, m: { loss: step } }) + '\\n')]);
  try {
    rest = rest.subarray(writeSync(log, rest));
  } catch {}
  if (rest.length === 0 && existsSync(until)) clearInterval(timer);
}, 2);
`;

function fill(path: string): void {
  const fd = openSync(path, 'w');
  try {
    for (const size of [65_536, 4096, 1]) {
      try {
        for (;;) writeSync(fd, Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(fd);
  }
}

test.skipIf(skipped)(
  'a disk that fills up in the middle of a run: every command says so, the run goes on, and with space again nothing is missing',
  async () => {
    const { host, root, folder } = world();
    const script = join(folder, 'patient.mjs');
    const enough = join(folder, 'enough');
    writeFileSync(script, PATIENT);
    const one = await host({ around: onSmallDisk(root, 16) });
    await one.client.projects.init({ project: one.project });
    const run = await startNode(one, [script, enough]);
    await until(
      () => get(one, run),
      (row) => (row.metrics.loss?.count ?? 0) > 50,
    );
    const disk = seenBy(one.pid, root);
    fill(join(disk, 'ballast'));

    const full = { code: 'UNAVAILABLE', message: expect.stringMatching(/disk is full.*Free some space and try again/) };
    const runs = [run];
    await expect(startNode(one, ['-v'])).rejects.toMatchObject(full);
    await expect(startNode(one, ['-v'], { queue: true })).rejects.toMatchObject(full);
    await expect(
      one.client.runs.update({ project: one.project, runs, patch: { note: 'x'.repeat(50_000) } }),
    ).rejects.toMatchObject(full);
    expect(readdirSync(join(disk, '.assay', 'runs')).filter((name) => !name.startsWith('.'))).toEqual(runs);
    expect((await one.client.runs.list({ project: one.project })).rows).toMatchObject([{ id: run, status: 'running' }]);
    expect((await one.client.projects.state({ project: one.project })).project.exists).toBe(true);

    rmSync(join(disk, 'ballast'));
    writeFileSync(enough, '');
    const done = await ended(one, run, 30_000);
    expect(done).toMatchObject({ status: 'finished', exitCode: 0, note: '', badLines: 0 });
    expect((await points(one, run)).step).toEqual(upTo(done.metrics.loss!.count));
    expect(await ended(one, await startNode(one, ['-v']))).toMatchObject({ status: 'finished' });
  },
);

test.skipIf(skipped)('a run that ends while the disk is full is told right as soon as there is space', async () => {
  const { host, root, folder } = world();
  const go = join(folder, 'go');
  const wait = `const { existsSync } = require('fs'); setInterval(() => existsSync(${JSON.stringify(go)}) && process.exit(5), 10)`;
  const one = await host({ around: onSmallDisk(root, 16) });
  const run = await startNode(one, ['-e', wait]);
  const disk = seenBy(one.pid, root);
  const identity = await until(
    () => get(one, run),
    (row) => row.status === 'running',
  );
  expect(identity.exitCode).toBeNull();
  fill(join(disk, 'ballast'));
  writeFileSync(go, '');
  const { child } = processOf(join(disk, '.assay', 'runs', run))!;
  await until(
    () => existsSync(`/proc/${child.pid}`),
    (lives) => !lives,
  );
  expect((await get(one, run)).status).toBe('running');
  rmSync(join(disk, 'ballast'));
  expect(await ended(one, run)).toMatchObject({ status: 'failed', exitCode: 5 });
});

test('no room for the index is said in a sentence, and nothing is lost by it', () => {
  const { root } = world();
  expect(assay(root, 'run', '--', process.execPath, 'train.mjs', '100').status).toBe(0);
  rmSync(join(root, '.assay', 'index.db'));
  const refused = assayWith({ around: withSmallFiles(32) }, root, 'runs', 'list', '--json');
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toMatch(/The index of this project cannot be opened .* the disk is not full\./);
  const rows = JSON.parse(assay(root, 'runs', 'list', '--json').stdout);
  expect(rows).toMatchObject([{ status: 'finished', metrics: { loss: { count: 100 } } }]);
});
