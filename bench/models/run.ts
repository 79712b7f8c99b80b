import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Area, Row } from '../results.ts';
import { measurePush } from './push.ts';

const PUSH_NOTE =
  'The registry is `assay registry` in a process of its own; it hashes and flushes what comes before it answers, for both alike. The push includes every question that is asked before and after the upload; reading back is not in it.';

type Page = {
  versions: number;
  writeSeconds: number;
  firstMs: number;
  openMs: number;
  versionsMs: number;
  sortMs: number;
};

/** Area "models": the painted page of a large registry, the push of a large model, and gates over many per-row results. */
export async function measureModels(): Promise<Area> {
  const page = json<Page>(join(import.meta.dirname, 'page.ts'));
  const gates = json<{ rows: Row[]; notes: string[] }>(join(import.meta.dirname, 'gates.ts'));
  return {
    title: 'Models',
    rows: [...pageRows(page), ...(await measurePush()), ...gates.rows],
    notes: [PUSH_NOTE, ...gates.notes],
  };
}

function pageRows(page: Page): Row[] {
  const count = page.versions.toLocaleString('en');
  const row = (what: string, expected: string, ms: number, most: number | null): Row => ({
    what,
    expected,
    bar: most === null ? '–' : `≤ ${most} ms`,
    measured: `${ms.toFixed(0)} ms`,
    holds: most === null ? null : ms <= most,
  });
  return [
    row(`${count} versions: the models page, from click to painted rows`, '100 ms', page.openMs, 300),
    row(`${count} versions: all of them listed, from click to painted rows`, '200 ms', page.versionsMs, 300),
    row('the same, sorted by another column', '60 ms', page.sortMs, 300),
    row('the models page for the first time: every definition and tag is read', '2,000 ms', page.firstMs, null),
  ];
}

function json<T>(script: string): T {
  const result = spawnSync(process.execPath, [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (result.status !== 0) throw new Error(`${script} ended with ${result.status}`);
  return JSON.parse(result.stdout) as T;
}
