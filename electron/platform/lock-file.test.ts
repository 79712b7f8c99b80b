import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { releaseLockFile, takeLockFile } from './lock-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('one has it, others learn who, and only that one gives it back', () => {
  expect(takeLockFile(path, 'a')).toBe('taken');
  expect(takeLockFile(path, 'b')).toMatchObject({ pid: process.pid, token: 'a' });
  releaseLockFile(path, 'b');
  expect(takeLockFile(path, 'b')).toMatchObject({ token: 'a' });
  releaseLockFile(path, 'a');
  expect(takeLockFile(path, 'b')).toBe('taken');
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('the lock of a process that died, and one that is no lock, are taken over', () => {
  const script = `import { takeLockFile } from ${JSON.stringify(resolve('electron/platform/lock-file.ts'))};
    takeLockFile(${JSON.stringify(path)}, 'x');
    process.kill(process.pid, 'SIGKILL');`;
  expect(spawnSync(process.execPath, ['--input-type=module', '-e', script]).signal).toBe('SIGKILL');
  expect(takeLockFile(path, 'a')).toBe('taken');
  releaseLockFile(path, 'a');
  writeFileSync(path, '{"pid":');
  expect(takeLockFile(path, 'a')).toBe('taken');
});

test('what cannot be written is an error', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => takeLockFile(join(folder, 'file', 'lock'), 'a')).toThrow();
});
