import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { killGroup, outputOf, runTool, spawnDetached } from './process.ts';
import { bootId, isRunning, parseStat, startTimeOf } from './process-identity.ts';

const node = process.execPath;

test('returns what a program wrote, and its code', async () => {
  const code = 'console.log("ü"); console.error("no"); process.exit(3)';
  expect(await runTool(node, ['-e', code])).toEqual({ code: 3, stdout: 'ü\n', stderr: 'no\n' });
});

test('asks quick programs in a language that does not depend on the person', () => {
  expect(outputOf(node, ['-p', 'process.env.LC_ALL'])).toBe('C\n');
});

test('says what went wrong, each thing in its own words', async () => {
  const reason = (value: string) => ({ code: 'UNAVAILABLE', data: { reason: value } });
  await expect(runTool('/nowhere/tool', [])).rejects.toMatchObject(reason('missing'));
  const file = join(mkdtempSync(join(tmpdir(), 'assay-tool-')), 'tool');
  writeFileSync(file, 'x');
  chmodSync(file, 0o644);
  await expect(runTool(file, [])).rejects.toMatchObject(reason('forbidden'));
  rmSync(dirname(file), { recursive: true });
  const forever = ['-e', 'setInterval(() => {}, 1e6)'];
  await expect(runTool(node, forever, { timeoutMs: 200 })).rejects.toMatchObject(reason('timeout'));
  const loud = ['-e', 'process.stdout.write("x".repeat(100000)); setInterval(() => {}, 1e6)'];
  await expect(runTool(node, loud, { maxBytes: 1000 })).rejects.toMatchObject(reason('output'));
  const abort = new AbortController();
  const running = runTool(node, forever, { signal: abort.signal });
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('a time limit holds although a grandchild keeps the pipe open', async () => {
  const code = `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3000)'], { stdio: 'inherit' }); setInterval(() => {}, 1e6)`;
  const start = performance.now();
  await expect(runTool(node, ['-e', code], { timeoutMs: 300 })).rejects.toMatchObject({ data: { reason: 'timeout' } });
  expect(performance.now() - start).toBeLessThan(2500);
});

test('knows a process by its start, and that it has ended', async () => {
  const child = spawnDetached(node, ['-e', 'setInterval(() => {}, 1e6)'], { cwd: '/', env: process.env });
  const id = { pid: child.pid!, startTime: startTimeOf(child.pid!)! };
  expect(isRunning(id)).toBe(true);
  expect(isRunning({ ...id, startTime: '1' })).toBe(false);
  expect(killGroup(id.pid, 'SIGKILL')).toBe(true);
  expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' });
  expect(isRunning(id)).toBe(false);
  expect([startTimeOf(0), startTimeOf(-1), isRunning(null)]).toEqual([null, null, false]);
});

test('never signals everybody, or its own group', () => {
  expect([killGroup(1, 'SIGTERM'), killGroup(0, 'SIGTERM'), killGroup(Number.NaN, 'SIGTERM')]).toEqual([
    false,
    false,
    false,
  ]);
});

test('reads a stat line whatever the process calls itself', () => {
  const line = '42 (a ) R 1 (b) S) S 7 8 9 0 -1 4194560 1 2 3 4 100 50 20 10 20 0 1 0 987654 1 2 3';
  expect(parseStat(line)).toEqual({
    pid: 42,
    state: 'S',
    ppid: 7,
    pgid: 8,
    session: 9,
    cpuTicks: 180,
    startTime: '987654',
  });
  expect(parseStat('')).toBeNull();
  expect(parseStat('42 (cut off) S 1')).toBeNull();
});

test.skipIf(process.platform !== 'linux')('start times are those of /proc (Linux only)', () => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
  expect(startTimeOf(process.pid)).toBe(fields[19]);
  expect(bootId()).toMatch(/^[0-9a-f-]{36}$/);
});
