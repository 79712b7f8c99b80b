import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noMounts, onReadOnlyDisk } from './confined.ts';
import { assay, assayWith } from './terminal.ts';
import { get, type Opened, points, startNode, upTo, type World, worlds } from './world.ts';

const world = worlds();
const isRoot = process.getuid?.() === 0;
const READ_ONLY = /^Could not write .*(file system is read-only|you may not write there)/;

/** What is there can be looked at, everything that would write says why it cannot. */
async function looksButDoesNotTouch(host: Opened, run: string): Promise<void> {
  const { client, project } = host;
  const state = await client.projects.state({ project });
  expect(state.problems).toContainEqual({
    code: 'read_only',
    message: expect.stringMatching(/cannot be written, so no run can be started here/),
  });
  expect(await get(host, run)).toMatchObject({ status: 'finished', exitCode: 0, metrics: { loss: { count: 50 } } });
  expect((await points(host, run)).step).toEqual(upTo(50));
  const log = await client.runs.log({ project, run, stream: 'stdout', offset: 0, limit: 100 });
  expect(await log.bytes.text()).toBe('done\n');

  const refused = { code: 'UNAVAILABLE', message: expect.stringMatching(READ_ONLY) };
  const runs = [run];
  await expect(startNode(host, ['-v'])).rejects.toMatchObject(refused);
  await expect(startNode(host, ['-v'], { queue: true })).rejects.toMatchObject(refused);
  await expect(client.runs.update({ project, runs, patch: { name: 'other' } })).rejects.toMatchObject(refused);
  await expect(client.runs.delete({ project, runs })).rejects.toMatchObject(refused);
  await expect(client.python.prefer({ project, executable: null })).rejects.toMatchObject(refused);
  await expect(client.queue.set({ project, paused: true })).rejects.toMatchObject(refused);
  expect((await client.runs.list({ project })).total).toBe(1);
}

function trained({ root }: World): string {
  const made = assay(root, 'run', '--json', '--', process.execPath, 'train.mjs', '50');
  expect(made.stderr.replace(/assay: run.*\n/, '')).toBe('done\n');
  return JSON.parse(made.stdout).id;
}

test.skipIf(noMounts())('a project on a read-only disk can be looked at', async () => {
  const made = world();
  const run = trained(made);
  const around = onReadOnlyDisk(made.root);
  await looksButDoesNotTouch(await made.host({ around }), run);
  const list = assayWith({ around }, made.root, 'runs', 'list', '--json');
  expect(JSON.parse(list.stdout)).toMatchObject([{ id: run, status: 'finished', metrics: { loss: { count: 50 } } }]);
  const refused = assayWith({ around }, made.root, 'run', '--', process.execPath, '-v');
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^assay: Could not write .*: the file system is read-only\.\n$/);
});

test.skipIf(noMounts())('a project that was never used, on a read-only disk', async () => {
  const { root, host } = world();
  rmSync(join(root, '.assay'), { recursive: true });
  const one = await host({ around: onReadOnlyDisk(root) });
  const { client, project } = one;
  expect((await client.projects.state({ project })).problems.map((problem) => problem.code)).toContain('read_only');
  await expect(client.projects.init({ project })).rejects.toMatchObject({ message: expect.stringMatching(READ_ONLY) });
  await expect(startNode(one, ['-v'])).rejects.toMatchObject({ message: expect.stringMatching(READ_ONLY) });
});

test.skipIf(isRoot)(
  'a project that belongs to somebody else can be looked at (nothing is forbidden to root)',
  async () => {
    const made = world();
    const run = trained(made);
    const folders = [
      made.run(run, 'artifacts'),
      made.run(run),
      join(made.root, '.assay', 'runs'),
      join(made.root, '.assay'),
      made.root,
    ];
    for (const file of ['log.ndjson', 'request.json']) chmodSync(made.run(run, file), 0o444);
    for (const folder of folders) chmodSync(folder, 0o555);
    try {
      await looksButDoesNotTouch(await made.host(), run);
    } finally {
      for (const folder of folders.toReversed()) chmodSync(folder, 0o755);
    }
  },
);

test.skipIf(process.platform !== 'linux')('a folder in which the system lets nobody make anything (Linux only)', () => {
  const { root, home } = world();
  const refused = assayWith({ env: { ASSAY_HOME: home } }, '/sys', 'init');
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^assay: Could not write \/sys\/\.assay: .*\n$/);
  expect(assayWith({ env: { ASSAY_HOME: '/sys/home' } }, root, 'runs', 'list')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^assay: [^\n]*\/sys[^\n]*\n$/),
  });
});
