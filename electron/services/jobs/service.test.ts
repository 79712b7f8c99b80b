import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Job } from '../../../shared/contract/jobs.ts';
import { AppError } from '../../../shared/errors.ts';
import { systemClock } from '../../platform/clock.ts';
import { silentLog } from '../../platform/log.ts';
import { createEvents } from '../events.ts';
import { createJobs, type JobsService } from './service.ts';

let folder: string;
let jobs: JobsService;
const create = (): JobsService => createJobs({ folder, events: createEvents(), log: silentLog, clock: systemClock });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-jobs-'));
  jobs = create();
});
afterEach(async () => {
  vi.useRealTimers();
  await jobs.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function ended(service: JobsService, id: string): Promise<Job> {
  let last: Job | undefined;
  for await (const job of service.watch(id)) last = job;
  return last!;
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

test('a part of the work may count in a unit of its own', async () => {
  const units: string[] = [];
  const id = jobs.start({ title: 'Pull', unit: 'files' }, async ({ progress }) => {
    for (const unit of ['bytes', undefined]) {
      progress(1, 2, 'a', unit);
      units.push(jobs.list()[0]!.unit);
    }
  });
  await ended(jobs, id);
  expect(units).toEqual(['bytes', 'files']);
});

test('a job is there at once and ends as done', async () => {
  let began = false;
  const id = jobs.start({ title: 'Import', project: 'p', unit: 'files' }, async ({ progress }) => {
    began = true;
    progress(1, 2, 'a.csv');
    progress(2, 2, 'b.csv');
  });
  expect(began).toBe(false);
  expect(jobs.list()[0]).toMatchObject({ id, title: 'Import', project: 'p', state: 'running', total: 0 });
  expect(await ended(jobs, id)).toMatchObject({
    state: 'done',
    done: 2,
    total: 2,
    label: 'b.csv',
    error: null,
    endedAt: expect.any(Number),
  });
  expect(await ended(jobs, id)).toMatchObject({ state: 'done' });
});

test('what it throws is its error', async () => {
  const id = jobs.start({ title: 't', unit: 'x' }, () =>
    Promise.reject(new AppError('UNAVAILABLE', 'The disk is full.')),
  );
  expect(await ended(jobs, id)).toMatchObject({ state: 'failed', error: 'The disk is full.' });
});

test('cancel reaches the work, whether it throws or returns', async () => {
  const throwing = jobs.start({ title: 't', unit: 'x' }, ({ signal }) => untilAborted(signal));
  const returning = jobs.start({ title: 't', unit: 'x' }, ({ signal }) => untilAborted(signal).catch(() => undefined));
  await Promise.resolve();
  jobs.cancel(throwing);
  jobs.cancel(returning);
  expect(await ended(jobs, throwing)).toMatchObject({ state: 'cancelled', error: null });
  expect(await ended(jobs, returning)).toMatchObject({ state: 'cancelled' });
  jobs.cancel(returning);
  expect(() => jobs.cancel('nope')).toThrow(/no such job/);
});

test('a watcher gets a snapshot, at most ten a second, and the end', async () => {
  vi.useFakeTimers({ now: 1_790_000_000_000 });
  let report!: (done: number) => void;
  let finish!: () => void;
  const id = jobs.start({ title: 't', unit: 'x' }, ({ progress }) => {
    report = (done) => progress(done, 1000, '');
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  const got: Job[] = [];
  const watching = (async () => {
    for await (const job of jobs.watch(id)) got.push(job);
  })();
  await vi.advanceTimersByTimeAsync(0);
  for (let i = 1; i <= 1000; i++) {
    report(i);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(got.length).toBeGreaterThanOrEqual(9);
  expect(got.length).toBeLessThanOrEqual(12);
  report(1000);
  finish();
  await vi.advanceTimersByTimeAsync(1);
  await watching;
  expect(got.at(-1)).toMatchObject({ state: 'done', done: 1000 });
});

test('a watcher that leaves ends, the job goes on', async () => {
  let finish!: () => void;
  const id = jobs.start(
    { title: 't', unit: 'x' },
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  const abort = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const job of jobs.watch(id, abort.signal)) {
      seen.push(job.state);
      abort.abort();
    }
  })();
  await watching;
  expect(seen).toEqual(['running']);
  finish();
  expect((await ended(jobs, id)).state).toBe('done');
  await expect(jobs.watch('nope').next()).rejects.toThrow(/no such job/);
});

test('a reload shows jobs, and what a crash cut off is interrupted', async () => {
  const done = jobs.start({ title: 'done', unit: 'x' }, async () => {});
  await ended(jobs, done);
  const cut = jobs.start({ title: 'cut', unit: 'x' }, ({ signal }) => untilAborted(signal));
  // the first service is left as a crash leaves it: nothing more is written
  const again = create();
  expect(again.list().map(({ id, state }) => ({ id, state }))).toEqual(
    expect.arrayContaining([
      { id: done, state: 'done' },
      { id: cut, state: 'interrupted' },
    ]),
  );
  expect(await ended(again, cut)).toMatchObject({ state: 'interrupted', endedAt: expect.any(Number) });
});

test('the end of the host interrupts what runs', async () => {
  const id = jobs.start({ title: 't', unit: 'x' }, ({ signal }) => untilAborted(signal));
  await jobs.dispose();
  expect(jobs.list()[0]).toMatchObject({ id, state: 'interrupted' });
  expect(create().list()[0]).toMatchObject({ id, state: 'interrupted' });
});

test('of a job that another living process works on nothing is claimed; a gone one is interrupted', async () => {
  const id = jobs.start({ title: 't', unit: 'x' }, async () => {});
  const job = await ended(jobs, id);
  const line = (pid: number, key: string, startedAt = Date.now()): string =>
    `${JSON.stringify({ pid, job: { ...job, id: key, state: 'running', endedAt: null, startedAt } })}\n`;
  const path = join(folder, 'jobs.ndjson');
  writeFileSync(
    path,
    `${readFileSync(path, 'utf8')}${line(process.ppid, 'alive')}${line(2 ** 30, 'gone')}${line(process.ppid, 'before-boot', 1000)}torn {"pid`,
  );
  const states = Object.fromEntries(
    create()
      .list()
      .map((one) => [one.id, one.state]),
  );
  expect(states).toEqual({ [id]: 'done', gone: 'interrupted', 'before-boot': 'interrupted' });
});

test('only the last 100 are kept, and the file does not grow for ever', async () => {
  for (let i = 0; i < 520; i++)
    await ended(
      jobs,
      jobs.start({ title: `${i}`, unit: 'x' }, async () => {}),
    );
  expect(jobs.list().length).toBeLessThanOrEqual(101);
  const again = create();
  expect(again.list()).toHaveLength(100);
  expect(again.list().some((job) => job.title === '519')).toBe(true);
  expect(readFileSync(join(folder, 'jobs.ndjson'), 'utf8').trim().split('\n')).toHaveLength(100);
});
