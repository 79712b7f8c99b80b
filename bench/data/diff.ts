/**
 * `node bench/data/diff.ts [rows…]`: two Parquet files of ten columns, one row in a thousand changed, compared by Assay and by a bare DuckDB
 * join of all columns. Prints JSON. Expected before the first run: 1M rows in at most 1 s, 10M in at most 12 s, within 3 times the join.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffPaths } from '../../electron/services/diffs/diff.ts';
import { withDuckDb } from '../../electron/services/duckdb/open.ts';

const sizes = process.argv.slice(2).map(Number);
const results: unknown[] = [];
for (const rows of sizes.length > 0 ? sizes : [1_000_000, 10_000_000]) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const [old, now] = [join(folder, 'old.parquet'), join(folder, 'new.parquet')];
  try {
    const joinMs = await withDuckDb({ memory: '3GB', paths: [old, now], spill: folder }, async (db) => {
      const columns = Array.from({ length: 8 }, (_, i) => `hash(range + ${i}) % 100000 AS c${i}`).join(', ');
      for (const [path, value] of [
        [old, 'range * 0.5'],
        [now, 'range * 0.5 + (range % 1000 = 7)::INT'],
      ])
        await db.run(
          `COPY (SELECT range AS id, ${columns}, ${value} AS v FROM range(${rows})) TO '${path}' (FORMAT parquet)`,
        );
      const started = performance.now();
      const differ = ['v', ...Array.from({ length: 8 }, (_, i) => `c${i}`)]
        .map((name) => `count(*) FILTER (a.${name} IS DISTINCT FROM b.${name})`)
        .join(', ');
      await db.runAndReadAll(`SELECT ${differ} FROM '${old}' a FULL JOIN '${now}' b ON a.id = b.id`);
      return Math.round(performance.now() - started);
    });
    const diff = await diffPaths(old, now);
    results.push({
      rows,
      columns: 10,
      diffMs: diff.elapsedMs,
      joinMs,
      ratio: Number((diff.elapsedMs / joinMs).toFixed(2)),
      changed: diff.kind === 'table' ? diff.rows.changed : null,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
