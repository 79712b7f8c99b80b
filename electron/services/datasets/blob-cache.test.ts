import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prune } from './blob-cache.ts';

const DAY_MS = 86_400_000;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-blobs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('keeps what was used in the last month, up to 2 GB, the longest unused goes first', () => {
  const now = Date.now();
  const make = (name: string, ageMs: number, size: number): string => {
    const path = join(folder, name.slice(0, 2), name.slice(2));
    mkdirSync(join(folder, name.slice(0, 2)), { recursive: true });
    writeFileSync(path, '');
    // a hole takes no room on the disk
    truncateSync(path, size);
    utimesSync(path, new Date(now - ageMs), new Date(now - ageMs));
    return path;
  };
  const files = [
    make('aaold', 40 * DAY_MS, 1),
    make('bbyoung', DAY_MS, 1_500_000_000),
    make('ccolder', 3 * DAY_MS, 1_500_000_000),
    make('bbnew', 0, 10),
  ];
  prune(folder, now);
  expect(files.map((path) => existsSync(path))).toEqual([false, true, false, true]);
  prune(join(folder, 'not there'), now);
});
