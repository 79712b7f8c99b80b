import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isStale, startPlan } from './start-plan.ts';

const all = { browserWanted: false, display: true, installed: true, fetchFailed: false };

it('opens the desktop app where it can, fetches it where it may, and says in one line why it does not', () => {
  expect(startPlan(all)).toEqual({ how: 'desktop' });
  expect(startPlan({ ...all, installed: false })).toEqual({ how: 'fetch' });
  for (const found of [
    { ...all, display: false },
    { ...all, browserWanted: true },
    { ...all, installed: false, fetchFailed: true },
  ]) {
    const plan = startPlan(found);
    expect(plan.how).toBe('browser');
    expect((plan as { why: string }).why).toMatch(/^[^\n]+\.$/);
  }
});

it('builds again when a source is newer than what was built', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-stale-'));
  try {
    const built = join(root, 'out.html');
    mkdirSync(join(root, 'src', 'deep'), { recursive: true });
    const source = join(root, 'src', 'deep', 'a.ts');
    writeFileSync(source, '');
    expect(isStale(built, root, ['src/**/*'])).toBe(true);
    writeFileSync(built, '');
    utimesSync(source, 1000, 1000);
    utimesSync(join(root, 'src', 'deep'), 1000, 1000);
    expect(isStale(built, root, ['src/**/*'])).toBe(false);
    utimesSync(source, Date.now() / 1000 + 10, Date.now() / 1000 + 10);
    expect(isStale(built, root, ['src/**/*'])).toBe(true);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
