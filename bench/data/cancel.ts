import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffPaths } from '../../electron/services/diffs/diff.ts';
import type { Row } from '../results.ts';
import { writeTables } from './tables.ts';

const ROWS = 10_000_000;
/** Moments at which a person presses Cancel, in milliseconds, spread over the stages. */
const MOMENTS = [100, 400, 800, 1200, 1600, 2000, 2400, 2800, 3200, 3600];

/** How long a comparison of ten million rows goes on after it was cancelled. */
export async function measureCancel(): Promise<{ rows: Row[]; notes: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-cancel-'));
  try {
    const [old, now] = [join(folder, 'old.parquet'), join(folder, 'new.parquet')];
    await writeTables(old, now, ROWS, 10, folder);
    const times: number[] = [];
    for (const moment of MOMENTS) {
      const stop = new AbortController();
      let asked = 0;
      const timer = setTimeout(() => {
        asked = performance.now();
        stop.abort();
      }, moment);
      await diffPaths(old, now, { signal: stop.signal }).catch(() => {});
      if (asked > 0) times.push(performance.now() - asked);
      clearTimeout(timer);
    }
    const worst = Math.max(...times);
    return {
      rows: [
        {
          what: `from cancelling a diff of 10M × 10 to its end, worst of ${times.length} moments`,
          expected: '60 ms',
          bar: '≤ 200 ms',
          measured: `${worst.toFixed(0)} ms`,
          holds: worst <= 200,
        },
      ],
      notes: [],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await measureCancel(), null, 2)}\n`);
