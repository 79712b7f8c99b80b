import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newRunId } from '../../../shared/ids.ts';
import { startTimeOf } from '../../platform/process-identity.ts';
import { makeProject, type TestProject, writeRun } from '../../testing/make-project.ts';
import { runFolder } from '../projects/layout.ts';
import { createIngester } from './ingester.ts';
import { type Machine, readState, thisMachine } from './state.ts';

let project: TestProject;
let folder: string;
let id: string;
beforeEach(() => {
  project = makeProject();
  id = newRunId();
  folder = runFolder(project.root, id);
  mkdirSync(folder, { recursive: true });
});
afterEach(() => project.dispose());

const here = thisMachine();
const put = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
const state = (machine: Machine = here): ReturnType<typeof readState> => readState(folder, true, machine);
const child = (pid: number, more: object = {}): void =>
  put('process.json', {
    wrapper: null,
    child: { pid, startTime: startTimeOf(pid) },
    host: here.host,
    bootId: here.bootId,
    ...more,
  });

it('says how a run ended', () => {
  put('exit.json', { code: 0, signal: null, endedAt: 5, peakMemoryBytes: 9, error: null });
  expect(state()).toMatchObject({ status: 'finished', exitCode: 0, endedAt: 5, peakMemory: 9 });
  put('exit.json', { code: 3, signal: null, endedAt: 5, error: 'no such command' });
  expect(state()).toMatchObject({ status: 'failed', exitCode: 3, error: 'no such command' });
  put('exit.json', { code: null, signal: 'SIGTERM', endedAt: 5 });
  expect(state()).toMatchObject({ status: 'failed', exitCode: null, signal: 'SIGTERM' });
  put('stop.json', { requestedAt: 4, by: 'page' });
  expect(state().status).toBe('stopped');
  put('exit.json', { code: 0, endedAt: 5 });
  expect(state().status).toBe('finished');
});

it('says that a process that lives is running, and one that was killed is lost, with the last sign of life', async () => {
  const process = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(process, 'spawn');
  put('run.json', {});
  child(process.pid!);
  expect(state()).toMatchObject({ status: 'running', endedAt: null });
  writeFileSync(join(folder, 'stdout.log'), 'x');
  utimesSync(join(folder, 'stdout.log'), 1_700_000_000, 1_700_000_000);
  process.kill('SIGKILL');
  await once(process, 'exit');
  expect(state()).toMatchObject({ status: 'lost', lastSeenAt: 1_700_000_000_000, endedAt: null });
});

it('is not deceived by a pid that was given to another process', () => {
  put('process.json', { child: { pid: process.pid, startTime: '1' }, host: here.host, bootId: here.bootId });
  expect(state().status).toBe('lost');
});

it('knows that nothing lives on after a boot', () => {
  child(process.pid, { bootId: 'another' });
  expect(state({ ...here, bootId: 'this' }).status).toBe('lost');
});

it('sees the wrapper alive while the child is gone already', () => {
  put('process.json', {
    wrapper: { pid: process.pid, startTime: startTimeOf(process.pid) },
    child: { pid: 999_999_999, startTime: '1' },
    host: here.host,
    bootId: here.bootId,
  });
  expect(state().status).toBe('running');
});

it('believes a run of another machine as long as it writes', () => {
  put('process.json', { child: { pid: 999_999_999, startTime: '1' }, host: 'elsewhere', bootId: 'theirs' });
  expect(state().status).toBe('running');
  expect(state({ ...here, now: () => Date.now() + 3_600_000 }).status).toBe('lost');
});

it('gives a run a moment to start its process', () => {
  put('run.json', {});
  expect(state().status).toBe('running');
  expect(state({ ...here, now: () => Date.now() + 60_000 }).status).toBe('lost');
});

it('calls what was only asked for queued, unless it could not be started', () => {
  expect(readState(folder, false, here).status).toBe('queued');
  put('exit.json', { code: null, error: 'There is no such command.' });
  expect(readState(folder, false, here)).toMatchObject({ status: 'failed', error: 'There is no such command.' });
});

it('sees an end that is written between two looks', () => {
  put('run.json', {});
  child(1);
  const ending: Machine = {
    ...here,
    startTimeOf: () => {
      put('exit.json', { code: 0, endedAt: 5 });
      return null;
    },
  };
  expect(state(ending).status).toBe('finished');
});

it('goes back to running when a run is resumed', () => {
  const ingester = createIngester(project.root, project.db);
  const run = writeRun(project.root, { id, exit: { code: 1, error: 'boom' } });
  ingester.ingest(run);
  const row = (): unknown =>
    project.db.prepare('SELECT status, ended_at IS NULL AS going, exit_code, error FROM runs WHERE id = ?').get(run);
  expect(row()).toEqual({ status: 'failed', going: 0, exit_code: 1, error: 'boom' });
  rmSync(join(folder, 'exit.json'));
  child(process.pid);
  expect(ingester.ingest(run).row).toBe(true);
  expect(row()).toEqual({ status: 'running', going: 1, exit_code: null, error: null });
});
