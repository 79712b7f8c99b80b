import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withDuckDb } from '../duckdb/open.ts';
import { createDatabase } from '../tables/database.ts';
import { diffPaths } from './diff.ts';

let folder: string;
let temporary: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-limits-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function parquet(name: string, sql: string): Promise<string> {
  const path = join(folder, name);
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  await db.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`);
  db.closeSync();
  instance.closeSync();
  return path;
}

/** A signal that is aborted in the turn of the event loop after a stage has begun, when its first statement is at work. */
function stopAt(wanted: string): { signal: AbortSignal; onStage: (stage: string) => void } {
  const stop = new AbortController();
  return { signal: stop.signal, onStage: (stage) => void (stage === wanted && setImmediate(() => stop.abort())) };
}

describe('stopping', () => {
  it('interrupts a statement that would take days', async () => {
    const stop = new AbortController();
    await withDuckDb({ memory: '200MB', paths: [] }, async (connection) => {
      const db = createDatabase(connection, stop.signal);
      const endless = db.numbers('SELECT sum(hash(a.range, b.range)) FROM range(10000000) a, range(10000000) b');
      setImmediate(() => stop.abort());
      await expect(endless).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(db.run('SELECT 1')).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });

  it.each(['Matching columns', 'Looking for a key', 'Matching rows', 'Comparing cells'])(
    'ends in the stage "%s" and leaves nothing behind',
    async (stage) => {
      const old = await parquet('old.parquet', 'SELECT range AS id, hash(range) AS v FROM range(300000)');
      const now = await parquet('new.parquet', 'SELECT range AS id, hash(range + 1) AS v FROM range(300000)');
      await expect(diffPaths(old, now, stopAt(stage))).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  it('ends while a text of 200 GB is looked through', async () => {
    const [old, now] = [join(folder, 'old.csv'), join(folder, 'new.csv')];
    writeFileSync(old, 'id,v\n');
    truncateSync(old, 200e9);
    writeFileSync(now, 'id,v\n1,2\n');
    await expect(diffPaths(old, now, stopAt('Reading the old table'))).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('ends while two files of 200 GB are compared byte by byte', async () => {
    const files = ['old.csv', 'new.csv'].map((name) => join(folder, name));
    for (const file of files) {
      writeFileSync(file, 'id,v\n');
      truncateSync(file, 200e9);
    }
    await expect(diffPaths(files[0]!, files[1]!, stopAt('Comparing bytes'))).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('little memory', () => {
  it('gives the same answer, by way of the disk', { timeout: 120_000 }, async () => {
    const text = `repeat(md5(range::VARCHAR), 4)`;
    const old = await parquet(
      'old.parquet',
      `SELECT md5(range::VARCHAR) AS id, ${text} AS t, range AS n FROM range(700000)`,
    );
    // another order and many changes, so that neither blocks nor a small join will do
    const now = await parquet(
      'new.parquet',
      `SELECT md5(range::VARCHAR) AS id, ${text} AS t, range + (range % 2) AS n FROM range(700000) ORDER BY hash(range)`,
    );
    let spilled = false;
    const watcher = watch(temporary, { recursive: true }, (_, file) => {
      spilled ||= file?.includes('duckdb_temp') ?? false;
    });
    const diff = await diffPaths(old, now, { memory: 220e6 });
    watcher.close();
    expect(diff).toMatchObject({
      key: { columns: ['id'], source: 'found' },
      rows: { added: 0, removed: 0, changed: 350000, unchanged: 350000 },
    });
    expect(spilled).toBe(true);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
