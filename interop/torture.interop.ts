import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CASES, largeCases } from '../electron/services/diffs/torture/cases.ts';
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

test('a line of a gigabyte', { timeout: 1_200_000 }, async () => {
  const results = await runTorture(python, largeCases(2 ** 30));
  expect(results.filter(({ assay }) => assay !== 'ok')).toEqual([]);
});
