import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { QueueState } from '../../../shared/contract/queue.ts';
import { newRunId } from '../../../shared/ids.ts';
import { silentLog } from '../../platform/log.ts';
import { startTimeOf } from '../../platform/process-identity.ts';
import { type LaunchBench, makeLaunch } from '../../testing/make-launch.ts';
import { until } from '../launch/wait.ts';
import { readQueueFile } from './queue-file.ts';
import { createQueue, type QueueService } from './service.ts';

let bench: LaunchBench;
let queue: QueueService;

const make = (options?: Parameters<typeof makeLaunch>[0]): void => {
  bench = makeLaunch(options);
  queue = open();
};
const open = (): QueueService => {
  const { projects, launch, gpu, events } = bench;
  return createQueue({ projects, launch, gpu, events, log: silentLog });
};
afterEach(async () => {
  await queue.dispose();
  await bench.dispose();
});

/** A command that ends when told to by a file. */
const waitsFor = (name: string): string[] => [
  '-e',
  `const { existsSync, watch } = require('node:fs'); const end = () => existsSync('${name}') && process.exit(0); watch('.', end); end();`,
];
const finish = (name: string): void => writeFileSync(join(bench.root, name), '');
const enqueue = (name: string, gpus: 'none' | 'auto' | number[] = 'none'): Promise<string> =>
  bench.node(waitsFor(name), { queue: true, gpus, name });
const names = async (): Promise<string[]> => (await queue.get(bench.project)).items.map((item) => item.name);
/** What the ingest worker of a host does when a run ends. */
const told = async (run: string): Promise<void> => {
  await bench.ended(run);
  bench.events.changed('runs', bench.project, [run]);
};

test('starts waiting runs one after the other, in an order that can be changed', async () => {
  make();
  const a = await enqueue('a');
  await bench.appears(a, 'process.json');
  const b = await enqueue('b');
  const c = await enqueue('c');
  const d = await enqueue('d');
  const state = QueueState.parse(await queue.get(bench.project));
  expect(state).toMatchObject({ paused: false, cpuSlots: 1, running: [{ run: a, name: 'a', gpus: [] }] });
  expect(state.items.map((item) => [item.name, item.waitingFor])).toEqual([
    ['b', 'Waits for one of 1 CPU slot.'],
    ['c', 'Waits for one of 1 CPU slot, behind 1 other run.'],
    ['d', 'Waits for one of 1 CPU slot, behind 2 other runs.'],
  ]);
  expect((await queue.move(bench.project, d, b)).items.map((item) => item.name)).toEqual(['d', 'b', 'c']);
  await expect(queue.move(bench.project, a, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await queue.remove(bench.project, b);
  expect(await names()).toEqual(['d', 'c']);
  expect(await bench.ended(b)).toMatchObject({ code: null });
  finish('a');
  await told(a);
  await bench.appears(d, 'process.json');
  expect(bench.has(c, 'run.json')).toBe(false);
  finish('d');
  finish('c');
  await told(d);
  expect(await bench.ended(c)).toMatchObject({ code: 0 });
});

test('a pause holds everything back, more slots let more through', async () => {
  make();
  await queue.set(bench.project, { paused: true, cpuSlots: 2 });
  const runs = [await enqueue('a'), await enqueue('b'), await enqueue('c')];
  expect((await queue.get(bench.project)).items.map((item) => item.waitingFor)).toEqual(
    Array(3).fill('The queue is paused.'),
  );
  await queue.set(bench.project, { paused: false });
  await bench.appears(runs[0]!, 'process.json');
  await bench.appears(runs[1]!, 'process.json');
  expect(await names()).toEqual(['c']);
  await bench.launch.stop({ project: bench.project, runs });
  for (const run of runs) await bench.ended(run);
});

test('survives a restart, and a lock that a dead host left behind', async () => {
  make();
  await queue.set(bench.project, { paused: true });
  const [a, b] = [await enqueue('a'), await enqueue('b')];
  await queue.move(bench.project, b, a);
  await queue.dispose();
  writeFileSync(join(bench.root, '.assay', 'queue.lock'), JSON.stringify({ pid: process.pid, startTime: '1' }));
  queue = open();
  expect(await names()).toEqual(['b', 'a']);
  await queue.set(bench.project, { paused: false });
  await bench.appears(b, 'process.json');
  finish('b');
  finish('a');
  await told(b);
  expect(await bench.ended(a)).toMatchObject({ code: 0 });
});

test('leaves the work to the host that holds the lock', async () => {
  make();
  const other = { pid: process.ppid, startTime: startTimeOf(process.ppid) };
  writeFileSync(join(bench.root, '.assay', 'queue.lock'), JSON.stringify(other));
  const run = await enqueue('a');
  await queue.dispose();
  expect(bench.has(run, 'run.json')).toBe(false);
});

test('a queue that came with a repository starts nothing until it is trusted', async () => {
  make({ trusted: false });
  const run = newRunId();
  mkdirSync(bench.folder(run), { recursive: true });
  const request = { command: [process.execPath, '-v'], name: 'evil', createdAt: 1 };
  writeFileSync(join(bench.folder(run), 'request.json'), JSON.stringify(request));
  writeFileSync(join(bench.root, '.assay', 'queue.json'), JSON.stringify({ order: [run] }));
  bench.events.changed('queue', bench.project);
  expect((await queue.get(bench.project)).items).toMatchObject([
    { name: 'evil', waitingFor: 'Waits until this project is trusted.' },
  ]);
  expect(bench.has(run, 'run.json')).toBe(false);
  bench.projects.trust(bench.project, true);
  expect(await bench.ended(run)).toMatchObject({ code: 0 });
});

test('a waiting run that cannot be started is ended with the reason and does not block the others', async () => {
  make();
  await queue.set(bench.project, { paused: true });
  mkdirSync(join(bench.root, 'gone'));
  const broken = await bench.node(['-v'], { queue: true, cwd: 'gone' });
  const good = await bench.node(['-v'], { queue: true });
  rmSync(join(bench.root, 'gone'), { recursive: true });
  await queue.set(bench.project, { paused: false });
  expect(await bench.ended(broken)).toMatchObject({ code: null, error: expect.stringContaining('There is no "gone"') });
  expect(await bench.ended(good)).toMatchObject({ code: 0 });
});

test('its file holds those that wait, not every run there ever was', async () => {
  make();
  let last = '';
  for (const name of ['a', 'b', 'c']) {
    finish(name);
    last = await enqueue(name);
    await bench.ended(last);
  }
  expect(readQueueFile(bench.root).order).toEqual([last]);
});

test('hands out GPUs, one to each run', async () => {
  const bin = mkdtempSync(join(tmpdir(), 'assay-smi-'));
  const line = (index: number) => `${index}, GPU-${index}, Test GPU, 1.0, 8192, 0, 0, 10, 100, 40`;
  writeFileSync(
    join(bin, 'nvidia-smi'),
    `#!/bin/sh\ncase "$1" in --query-gpu*) echo "${line(0)}"; echo "${line(1)}";; *) exit 0;; esac\n`,
    { mode: 0o755 },
  );
  make({ env: { PATH: bin } });
  const both = await Promise.all(['x', 'y'].map((name) => bench.node(waitsFor(name), { gpus: 'auto' })));
  expect(both.flatMap((run) => bench.read(run, 'run.json').gpus).sort()).toEqual([0, 1]);
  finish('x');
  finish('y');
  for (const run of both) await told(run);
  const a = await enqueue('a', 'auto');
  await bench.appears(a, 'process.json');
  const b = await enqueue('b', 'auto');
  await bench.appears(b, 'process.json');
  const c = await enqueue('c', 'auto');
  expect((await queue.get(bench.project)).items).toMatchObject([{ run: c, waitingFor: 'Waits for a free GPU.' }]);
  expect([bench.read(a, 'run.json').gpus, bench.read(b, 'run.json').gpus]).toEqual([[0], [1]]);
  expect(bench.read(b, 'run.json')).toMatchObject({
    env: { CUDA_VISIBLE_DEVICES: '1' },
    host: { gpus: [{ index: 0 }, { index: 1, name: 'Test GPU' }] },
  });
  finish('b');
  await told(b);
  await bench.appears(c, 'process.json');
  expect(bench.read(c, 'run.json').gpus).toEqual([1]);
  rmSync(bin, { recursive: true });
  finish('a');
  finish('c');
  await bench.ended(c);
  expect(await until(bench.folder(a), () => bench.has(a, 'exit.json'), 10_000)).toBe(true);
});
