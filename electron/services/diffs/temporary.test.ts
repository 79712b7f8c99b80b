import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sweepTemporary } from './temporary.ts';

const HOUR_MS = 3_600_000;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-sweep-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('removes what a dead process left long ago, and nothing else', async () => {
  const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
  const now = Date.now();
  const make = (name: string, ageMs: number): string => {
    const path = join(folder, name);
    mkdirSync(path);
    writeFileSync(join(path, 'spilled.tmp'), 'x');
    utimesSync(path, new Date(now - ageMs), new Date(now - ageMs));
    return path;
  };
  const left = make(`assay-diff-${dead}-abc`, HOUR_MS);
  const kept = [
    make(`assay-diff-${dead}-new`, 1000),
    make(`assay-diff-${process.pid}-abc`, HOUR_MS),
    make('assay-diff-abc', HOUR_MS),
    make(`other-${dead}-abc`, HOUR_MS),
  ];
  await sweepTemporary(now, folder);
  expect(existsSync(left)).toBe(false);
  expect(kept.map((path) => existsSync(path))).toEqual([true, true, true, true]);
  await sweepTemporary(now, join(folder, 'not there'));
});
