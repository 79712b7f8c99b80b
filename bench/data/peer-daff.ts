import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { withDuckDb } from '../../electron/services/duckdb/open.ts';

type Daff = {
  TableView: new (rows: unknown[][]) => { data: unknown[][] };
  CompareFlags: new () => { ids: Record<string, boolean> | null; addPrimaryKey(column: string): void };
  compareTables(a: unknown, b: unknown, flags: unknown): { align(): unknown };
  TableDiff: new (
    align: unknown,
    flags: unknown,
  ) => { hilite(table: unknown): boolean; getSummary(): { row_updates: number } };
};

const require = createRequire(import.meta.url);

/** daff on the rows of two Parquet files, which are read before the clock starts: with `id` named as the key, and left to itself. */
export async function daffTimes(
  old: string,
  now: string,
  spill: string,
): Promise<{ ms: number; changed: number; keylessMs: number; keylessChanged: number; version: string }> {
  const daff = require('daff') as Daff;
  const { version } = JSON.parse(readFileSync(require.resolve('daff/package.json'), 'utf8')) as { version: string };
  const [before, after] = await withDuckDb({ memory: '2GB', paths: [old, now], spill }, async (db) => {
    const read = async (path: string): Promise<unknown[][]> => {
      const result = await db.runAndReadAll(`SELECT * FROM '${path}'`);
      return [result.columnNames(), ...(result.getRowsJson() as unknown[][])];
    };
    return [await read(old), await read(now)];
  });
  const compare = (key: string | null): { ms: number; changed: number } => {
    const started = performance.now();
    const flags = new daff.CompareFlags();
    if (key) flags.addPrimaryKey(key);
    const [a, b] = [new daff.TableView(before), new daff.TableView(after)];
    const diff = new daff.TableDiff(daff.compareTables(a, b, flags).align(), flags);
    diff.hilite(new daff.TableView([]));
    return { ms: performance.now() - started, changed: diff.getSummary().row_updates };
  };
  const keyed = compare('id');
  const keyless = compare(null);
  return { ms: keyed.ms, changed: keyed.changed, keylessMs: keyless.ms, keylessChanged: keyless.changed, version };
}
