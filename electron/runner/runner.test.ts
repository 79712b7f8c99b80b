import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { childEnv, runnerEnv } from './child-env.ts';
import { writePatiently } from './files.ts';
import { members, parsePsTime, sampleTree } from './tree.ts';

test('a tree is the session, the group, and whatever descends from them', () => {
  const row = (pid: number, ppid: number, pgid = pid, session = pid) => ({
    pid,
    ppid,
    pgid,
    session,
    ended: false,
    cpuSeconds: 0,
  });
  const rows = [
    row(1, 0),
    row(10, 5), // the command
    row(11, 10, 10, 10),
    row(12, 11), // left the session, its parent is in it
    row(14, 13), // below 12, listed before its parent
    row(13, 12),
    row(15, 1, 15, 10), // lost its parent, stayed in the session
    row(20, 1),
  ];
  expect([...members(rows, 10)].sort((a, b) => a - b)).toEqual([10, 11, 12, 13, 14, 15]);
});

test.skipIf(process.platform === 'win32')('looks at a real tree (not on Windows)', () => {
  const tree = sampleTree(process.pid)!;
  expect(tree.processes).toBeGreaterThanOrEqual(1);
  expect(tree.memoryBytes).toBeGreaterThan(10e6);
  expect(tree.cpuSeconds).toBeGreaterThan(0);
});

test.each([
  ['0:00.12', 0.12],
  ['1:02', 62],
  ['01:02:03', 3723],
  ['2-01:00:00', 176_400],
])('reads the time %s of ps', (text, seconds) => {
  expect(parsePsTime(text)).toBeCloseTo(seconds);
});

test("variables for the command's own Node do not change the runner's", () => {
  const env = { NODE_OPTIONS: '--inspect', NODE_EXTRA_CA_CERTS: 'x', OTHER: '1' };
  const wrapped = runnerEnv(env);
  expect(Object.keys(wrapped).filter((name) => name.startsWith('NODE_'))).toEqual([]);
  expect(childEnv({ ...wrapped, NODE_COMPILE_CACHE: 'ours' })).toEqual(env);
});

test('the end of a run is written as soon as it can be', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-runner-'));
  // a folder in its place cannot be replaced, as a file cannot be written on a full disk
  mkdirSync(join(folder, 'exit.json'));
  const written = writePatiently(folder, 'exit.json', { code: 0 });
  rmSync(join(folder, 'exit.json'), { recursive: true });
  await written;
  expect(JSON.parse(readFileSync(join(folder, 'exit.json'), 'utf8'))).toEqual({ code: 0 });
  rmSync(folder, { recursive: true });
  await writePatiently(folder, 'exit.json', { code: 0 });
});
