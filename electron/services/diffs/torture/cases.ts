import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { withDuckDb } from '../../duckdb/open.ts';
import type { ColumnDiff, DiffOptions, TableDiff } from '../types.ts';
import written from './cases.json' with { type: 'json' };

/**
 * A file of a case: text or bytes (packed as its name says), a query that Parquet is written from, or pieces of text, of which a number stands
 * for that many letters.
 */
export type CaseSide = {
  file: string;
  text?: string;
  base64?: string;
  sql?: string;
  parquet?: string;
  pieces?: readonly (string | number)[];
};

/** Two files and what is true of them. What is not said of `rows` and `columns` is not looked at; `findings` are all codes, in order. */
export type TortureCase = {
  name: string;
  before: CaseSide;
  after: CaseSide;
  options?: DiffOptions;
  expected: {
    verdict: string;
    rows: Partial<TableDiff['rows']>;
    key?: Partial<TableDiff['key']>;
    columns: Record<string, Partial<ColumnDiff>>;
    findings: string[];
  };
};

const LETTERS = 16 << 20;

export const CASES: readonly TortureCase[] = written as unknown as TortureCase[];

/** Cases that are too large to be kept as text. @param lineBytes how long the one line is */
export function largeCases(lineBytes: number): TortureCase[] {
  const names = Array.from({ length: 5000 }, (_, i) => `c${i}`);
  const rows = Array.from({ length: 20 }, (_, row) => names.map((_, i) => String(i * 7 + row)));
  const table = (): string => `${[names, ...rows].map((row) => row.join(',')).join('\n')}\n`;
  const wide = table();
  rows[1]![4321] = 'other';
  const none = { added: 0, removed: 0, changed: 0, moved: 0 };
  const size = lineBytes >= 1 << 30 ? `${lineBytes >> 30} GB` : `${lineBytes >> 20} MB`;
  return [
    {
      name: 'five thousand columns',
      before: { file: 'table.csv', text: wide },
      after: { file: 'table.csv', text: table() },
      expected: {
        verdict: 'changed',
        rows: { ...none, changed: 1, unchanged: 19 },
        key: { columns: ['c0'], source: 'found' },
        columns: { c4321: { changedCells: 1 }, c4320: { changedCells: 0 } },
        findings: ['widened_by_cells'],
      },
    },
    {
      name: `a cell of ${size}`,
      before: { file: 'table.csv', pieces: ['id,v,w\n1,', lineBytes, ',"a ""b"""\n2,b,c\n'] },
      after: { file: 'table.csv', pieces: ['id,v,w\n1,"', lineBytes, 'y","a ""b"""\n2,b,c\n'] },
      expected: {
        verdict: 'changed',
        rows: { ...none, changed: 1, unchanged: 1 },
        columns: { v: { changedCells: 1 }, w: { changedCells: 0 } },
        findings: ['long_cells', 'long_cells'],
      },
    },
    {
      name: `a file that is one line of ${size}`,
      before: { file: 'table.csv', pieces: ['a,', lineBytes] },
      after: { file: 'table.csv', pieces: ['a,"', lineBytes, '"\n'] },
      expected: {
        verdict: 'identical_data',
        rows: { ...none, before: 0, after: 0 },
        columns: {},
        findings: ['long_cells', 'header_only', 'long_cells', 'header_only'],
      },
    },
  ];
}

/** Writes one side of a case below a folder. @returns its path */
export async function writeSide(folder: string, side: CaseSide): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, side.file);
  if (side.sql !== undefined) {
    const form = `FORMAT parquet${side.parquet ? `, ${side.parquet}` : ''}`;
    await withDuckDb({ memory: '1GB', paths: [path], spill: folder }, async (db) => {
      await db.run(`COPY (${side.sql}) TO '${path}' (${form})`);
    });
    return path;
  }
  if (side.pieces !== undefined) {
    writeFileSync(path, '');
    for (const piece of side.pieces) {
      if (typeof piece === 'string') appendFileSync(path, piece);
      else for (let left = piece; left > 0; left -= LETTERS) appendFileSync(path, 'x'.repeat(Math.min(left, LETTERS)));
    }
    return path;
  }
  const bytes = side.base64 === undefined ? Buffer.from(side.text ?? '') : Buffer.from(side.base64, 'base64');
  const packed = path.endsWith('.gz') ? gzipSync(bytes) : path.endsWith('.zst') ? zstdCompressSync(bytes) : bytes;
  writeFileSync(path, packed);
  return path;
}
