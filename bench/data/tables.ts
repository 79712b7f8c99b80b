import { withDuckDb } from '../../electron/services/duckdb/open.ts';

/** Columns beside `id` and `v`, drawn from the row's number: whole numbers, fractions, few and many different texts, and times. */
const COLUMNS = [
  'hash(range) % 100000 AS a',
  '(hash(range + 1) % 1000)::INTEGER AS b',
  "'city ' || hash(range + 3) % 100 AS city",
  '(hash(range + 2) % 1000000)::DOUBLE / 1000 AS x',
  '(hash(range + 4) % 1000000007)::DOUBLE AS y',
  '(hash(range + 5) % 100)::INTEGER AS age',
  "'user-' || hash(range + 6) % 1000000 AS name",
  "TIMESTAMP '2024-01-01' + to_seconds((hash(range + 7) % 30000000)::BIGINT) AS at",
];

/** Two Parquet files of `id`, `width - 2` columns and `v`; in the second every thousandth `v` is one more. */
export async function writeTables(old: string, now: string, rows: number, width: number, spill: string): Promise<void> {
  await withDuckDb({ memory: '3GB', paths: [old, now], spill }, async (db) => {
    for (const [path, more] of [
      [old, ''],
      [now, ' + (range % 1000 = 7)::INTEGER'],
    ])
      await db.run(
        `COPY (SELECT range AS id, ${COLUMNS.slice(0, width - 2).join(', ')}, range * 0.5::DOUBLE${more} AS v FROM range(${rows})) TO '${path}' (FORMAT parquet)`,
      );
  });
}

/** Milliseconds of the plainest exact comparison that DuckDB can do: a full join by `id` that counts the differing cells of every column. */
export async function timeJoin(old: string, now: string, spill: string): Promise<number> {
  return withDuckDb({ memory: '3GB', paths: [old, now], spill }, async (db) => {
    const names = (await db.run(`SELECT * FROM '${old}' LIMIT 0`)).columnNames().filter((name) => name !== 'id');
    const counts = names.map((name) => `count(*) FILTER (a.${name} IS DISTINCT FROM b.${name})`);
    const started = performance.now();
    await db.runAndReadAll(`SELECT count(*), ${counts.join(', ')} FROM '${old}' a FULL JOIN '${now}' b ON a.id = b.id`);
    return performance.now() - started;
  });
}
