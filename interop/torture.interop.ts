import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diffPaths } from '../electron/services/diffs/diff.ts';
import { CASES, largeCases, writeSide } from '../electron/services/diffs/torture/cases.ts';
import { runTorture } from './torture-peers.ts';

const python = process.env.ASSAY_INTEROP_PYTHON ?? '';
if (!python)
  throw new Error('These tests are started by "npm run test:interop", which makes their Python environment.');

test('every case of the torture set comes out right, where daff and datacompy do not; docs/torture.md has them all', {
  timeout: 1_200_000,
}, async () => {
  const results = await runTorture(python, CASES);
  expect(results.filter(({ assay }) => assay !== 'ok')).toEqual([]);
  // the peers are really asked: each gets some right and some wrong
  for (const peer of ['daff', 'pandas', 'polars'] as const) {
    const right = results.filter((result) => result[peer] === 'ok').length;
    expect(right, peer).toBeGreaterThan(20);
    expect(right, peer).toBeLessThan(results.length);
  }
  const page = readFileSync('docs/torture.md', 'utf8');
  for (const { name } of CASES) expect(page).toContain(`| ${name} |`);
});

// the peers take ten minutes and ten gigabytes for it; "node scripts/torture.ts" asks them, too
test('a line of a gigabyte', { timeout: 1_200_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-gigabyte-'));
  try {
    for (const one of largeCases(2 ** 30)) {
      const before = await writeSide(join(folder, 'before'), one.before);
      const after = await writeSide(join(folder, 'after'), one.after);
      expect(await diffPaths(before, after, one.options ?? {})).toMatchObject({
        verdict: one.expected.verdict,
        rows: one.expected.rows,
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
