import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { diffPaths } from '../diffs/diff.ts';
import { withDuckDb } from '../duckdb/open.ts';
import { createDatabase } from './database.ts';
import { unpackLz4 } from './lz4.ts';
import { openSource, pathsOf } from './source.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-arrow-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A file's columns with their types and cells as text. */
function read(file: string, name = file): Promise<Record<string, unknown[]>> {
  const source = { file, name };
  return withDuckDb({ memory: '500MB', paths: pathsOf(source, 's', folder), spill: folder }, async (connection) => {
    const db = createDatabase(connection);
    const { columns } = await openSource(db, source, 's', { text: false, folder });
    const rows = await db.rows(`SELECT ${columns.map(({ raw }) => `(${raw})::VARCHAR`).join(', ')} FROM s`);
    return Object.fromEntries(columns.map((column, i) => [column.name, [column.type, ...rows.map((row) => row[i])]]));
  });
}

describe('Arrow files', () => {
  // written by pyarrow 26: write_feather(compression='lz4' and 'zstd')
  it.each(['kinds-lz4.feather', 'kinds-zstd.feather'])('reads every kind of value of %s', async (name) => {
    expect(await read(join(FIXTURES, name))).toEqual({
      id: ['BIGINT', '1', '2', '3'],
      u8: ['UTINYINT', '1', null, '255'],
      f: ['DOUBLE', '1.5', 'nan', null],
      f4: ['FLOAT', '0.1', '0.2', null],
      s: ['VARCHAR', 'a', null, 'ééé'],
      ls: ['VARCHAR', 'a', 'b'.repeat(50), 'c'],
      b: ['BOOLEAN', 'true', null, 'false'],
      by: ['BLOB', '\\x00\\x01', null, ''],
      dict: ['VARCHAR', 'x', 'y', 'x'],
      d: ['DATE', '2024-02-29', null, '1969-12-31'],
      d64: ['DATE', '2024-02-29', null, '1969-12-31'],
      ts: ['TIMESTAMP', '2024-02-29 01:02:03.456789', null, '1969-12-31 23:59:59.999999'],
      tns: ['TIMESTAMP_NS', '1970-01-01 00:00:00.000000001', null, '1969-12-31 23:59:59.999999999'],
      tz: ['TIMESTAMP WITH TIME ZONE', expect.stringContaining('.456789'), null, expect.stringContaining('.999999')],
      ti: ['TIME', '01:02:03.000004', null, '00:00:00'],
      t32: ['TIME', '01:02:03', null, '00:00:00'],
      dec: ['DECIMAL(10,2)', '12.34', null, '-0.01'],
      dec256: ['VARCHAR', '12.34', null, '-0.01'],
      l: ['INTEGER[]', '[1, 2]', null, '[]'],
      fl: ['FLOAT[]', '[1.0, 2.0]', null, '[3.0, NULL]'],
      'st.a': ['BIGINT', '1', null, null],
      'st.b.c': ['VARCHAR', 'x', null, null],
      m: ['MAP(VARCHAR, BIGINT)', '{k=1}', null, '{}'],
      ln: ['STRUCT("a" VARCHAR)[]', "[{'a': x}]", null, '[]'],
      dur: ['BIGINT', '1', null, '3'],
      nul: ['VARCHAR', null, null, null],
      h: ['FLOAT', '1.5', null, '2.0'],
    });
  });

  it('reads what polars writes: string views and categories', async () => {
    expect(await read(join(FIXTURES, 'polars.arrow'))).toEqual({
      id: ['BIGINT', '1', '2'],
      s: ['VARCHAR', 'short', 'a much longer string than twelve'],
      c: ['VARCHAR', 'x', 'y'],
      l: ['BIGINT[]', '[1]', '[2, 3]'],
    });
  });

  it('unpacks Arrow and Parquet first when they are packed', async () => {
    const bytes = readFileSync(join(FIXTURES, 'polars.arrow'));
    const parquet = join(folder, 't.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const db = await instance.connect();
    await db.run(`COPY (SELECT range AS id, 'r' || range AS s FROM range(3)) TO '${parquet}'`);
    db.closeSync();
    instance.closeSync();
    for (const [ending, pack] of [
      ['.gz', gzipSync],
      ['.zst', zstdCompressSync],
    ] as const) {
      const [arrow, table] = [join(folder, `a.arrow${ending}`), join(folder, `t.parquet${ending}`)];
      writeFileSync(arrow, pack(bytes));
      writeFileSync(table, pack(readFileSync(parquet)));
      expect((await read(arrow)).id).toEqual(['BIGINT', '1', '2']);
      expect(await diffPaths(parquet, table)).toMatchObject({ verdict: 'identical_data', rows: { unchanged: 3 } });
    }
  });

  it('says what is wrong with a file that is cut off, and leaves nothing behind', async () => {
    const cut = join(folder, 'cut.feather');
    copyFileSync(join(FIXTURES, 'kinds-lz4.feather'), cut);
    truncateSync(cut, 3000);
    vi.stubEnv('TMPDIR', folder);
    await expect(diffPaths(cut, join(FIXTURES, 'polars.arrow'))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('cut.feather cannot be read as a table'),
    });
    expect(readdirSync(folder)).toEqual(['cut.feather']);
  });

  it('refuses LZ4 bytes that point outside themselves', () => {
    // magic, flags, 64 KB blocks, header checksum, then one block: one literal and a copy from 9 bytes back
    const frame = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0, 4, 0, 0, 0, 0x10, 65, 9, 0, 0, 0, 0, 0];
    expect(() => unpackLz4(Uint8Array.from(frame))).toThrow(RangeError);
    expect(() => unpackLz4(Uint8Array.from(frame.slice(0, 12)))).toThrow(RangeError);
  });
});
