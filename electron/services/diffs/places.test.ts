import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffPaths } from './diff.ts';
import type { DiffOptions, EarlyVerdict, TableDiff } from './types.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-places-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROWS = 100_000;
const TABLE = `SELECT range AS id, 'name ' || hash(range) % 1000 AS name, (hash(range + 1) % 100)::INTEGER AS n, range * 0.5 AS v FROM range(${ROWS})`;

async function diffOf(name: string, now: string, options: DiffOptions = {}, old = TABLE): Promise<TableDiff> {
  const paths = [join(folder, `${name}-old.parquet`), join(folder, `${name}-new.parquet`)] as const;
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  await db.run(`CREATE TABLE t AS ${old}`);
  await db.run(`COPY t TO '${paths[0]}' (FORMAT parquet)`);
  await db.run(`COPY (${now}) TO '${paths[1]}' (FORMAT parquet)`);
  db.closeSync();
  instance.closeSync();
  const diff = await diffPaths(paths[0], paths[1], options);
  if (diff.kind !== 'table') throw new Error(`a ${diff.kind}`);
  return diff;
}

describe('large tables that are compared block by block', () => {
  it('finds every changed cell, and says early that something changed', async () => {
    const early: EarlyVerdict[] = [];
    const diff = await diffOf(
      'changed',
      `SELECT id, CASE WHEN id % 1000 = 7 THEN 'other' ELSE name END AS name, n, CASE WHEN id = 99999 THEN 0 ELSE v END AS v FROM t`,
      { onEarly: (words) => early.push(words) },
    );
    expect(diff).toMatchObject({
      verdict: 'changed',
      key: { columns: ['id'], source: 'found', uniqueBefore: true, uniqueAfter: true },
      rows: { added: 0, removed: 0, changed: 101, unchanged: ROWS - 101, moved: 0 },
    });
    expect(diff.columns.map(({ changedCells }) => changedCells)).toEqual([0, 100, 0, 1]);
    expect(early[0]).toMatchObject({ verdict: null, rowsBefore: ROWS, rowsAfter: ROWS });
    expect(early.at(-1)).toMatchObject({ verdict: 'changed' });
  });

  it('sees two rows of a block that exchange their last cells', async () => {
    const diff = await diffOf(
      'exchanged',
      'SELECT id, name, n, CASE id WHEN 70000 THEN 35000.5 WHEN 70001 THEN 35000.0 ELSE v END AS v FROM t',
    );
    expect(diff.rows).toMatchObject({ changed: 2, unchanged: ROWS - 2 });
  });

  it('sees two rows of a block that exchange their places', async () => {
    const diff = await diffOf(
      'swapped',
      'SELECT * FROM t ORDER BY CASE id WHEN 70000 THEN 70001 WHEN 70001 THEN 70000 ELSE id END',
    );
    expect(diff).toMatchObject({ verdict: 'order_only', rows: { changed: 0, moved: 1, unchanged: ROWS } });
  });

  it('matches by the key behind a row that was put in and one that was taken out', async () => {
    const diff = await diffOf(
      'inserted',
      `SELECT * FROM (SELECT * FROM t WHERE id <> 98000 UNION ALL SELECT -1, 'new', 0, 0) ORDER BY CASE id WHEN -1 THEN 97000.5 ELSE id END`,
    );
    expect(diff.rows).toMatchObject({ added: 1, removed: 1, changed: 0, unchanged: ROWS - 1, moved: 0 });
  });

  it('matches keyless rows where they stand', async () => {
    const keyless = `SELECT name, n % 3 AS n FROM (${TABLE})`;
    const diff = await diffOf(
      'keyless',
      `SELECT CASE WHEN rowid = 50000 THEN 'edited' ELSE name END AS name, n FROM t`,
      {},
      keyless,
    );
    expect(diff).toMatchObject({ key: { source: 'none' }, rows: { added: 0, removed: 0, changed: 1, moved: 0 } });
  });

  it('pairs repeated declared keys in their order over the whole table', async () => {
    // key 5 gains a row near the front: of its later rows each is paired with the one before it
    const repeated = `SELECT id % 50000 AS k, id AS v FROM (${TABLE})`;
    const diff = await diffOf(
      'repeated',
      `SELECT CASE WHEN rowid = 10 THEN 5 ELSE k END AS k, v FROM t`,
      { key: ['k'] },
      repeated,
    );
    expect(diff.rows).toMatchObject({ changed: 2, added: 1, removed: 1, unchanged: ROWS - 3 });
  });

  it('says nothing early about numbers that a tolerance may forgive', async () => {
    const early: EarlyVerdict[] = [];
    const diff = await diffOf('tolerant', 'SELECT id, name, n, v + 1e-9::DOUBLE AS v FROM t', {
      tolerance: { '': { kind: 'abs', value: 1e-6 } },
      onEarly: (words) => early.push(words),
    });
    expect(early.map(({ verdict }) => verdict)).toEqual([null]);
    expect(diff.rows).toMatchObject({ changed: 0, unchanged: ROWS });
  });
});
