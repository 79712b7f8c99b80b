import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TableInfo } from '../../../shared/contract/tables.ts';
import { type OpenDuckDb, openDuckDb } from '../duckdb/open.ts';
import { NAMED } from './condition.ts';
import { cancelled, createDatabase, type Database, name } from './database.ts';
import { type DataFile, ROW, type Source, type SourceColumn } from './side.ts';
import { openSource, pathsOf, tableFormat } from './source.ts';

/** Reading JSON takes half a gigabyte at once, whatever the size of the file. */
const MEMORY = '2GB';
const VIEW = 'source';

/** A table that is open: its rows are under `source.view`, its columns by the names a person sees under `NAMED`. */
export type Session = {
  readonly file: DataFile;
  readonly info: TableInfo;
  readonly source: Source;
  /** A connection of its own for one piece of work, interrupted with the signal. */
  use<T>(signal: AbortSignal | undefined, work: (db: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/**
 * Opens a table in a database of its own, which may read this one file and spills to a folder that goes with `close`. CSV and JSON are
 * read into it once; Parquet is read where it is.
 * @param parent where the folder is made
 * @throws AppError BAD_REQUEST when the file is not what its name says
 */
export async function openSession(
  file: DataFile,
  bytes: number,
  parent: string,
  signal: AbortSignal | undefined,
): Promise<Session> {
  const folder = await mkdtemp(join(parent, `${process.pid}-`));
  let database: OpenDuckDb | null = null;
  const uses = new Set<Promise<unknown>>();
  const ending = new AbortController();
  const close = async (): Promise<void> => {
    ending.abort();
    await Promise.allSettled(uses);
    database?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const use = async <T>(own: AbortSignal | undefined, work: (db: Database) => Promise<T>): Promise<T> => {
    if (ending.signal.aborted) throw cancelled();
    const connection = await database!.connect();
    const either = own ? AbortSignal.any([own, ending.signal]) : ending.signal;
    const done = work(createDatabase(connection, either)).finally(() => connection.closeSync());
    uses.add(done);
    return done.finally(() => uses.delete(done));
  };
  try {
    database = await openDuckDb({ memory: MEMORY, paths: pathsOf(file, VIEW, folder), spill: folder });
    const source = await use(signal, async (db) => {
      const opened = await openSource(db, file, VIEW, { text: false, folder, signal });
      const names = uniqueNames(opened.columns.map((column) => column.name));
      const columns = opened.columns.map((column, i) => `${column.typed} AS ${name(names[i]!)}`);
      await db.run(`CREATE VIEW ${NAMED} AS SELECT ${[ROW, ...columns].join(', ')} FROM ${VIEW}`);
      return opened;
    });
    return { file, source, info: infoOf(file, bytes, source), use, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function infoOf(file: DataFile, bytes: number, source: Source): TableInfo {
  return {
    format: tableFormat(file.name)!,
    bytes,
    rows: source.rows,
    columns: source.columns.map(({ name: own, type }) => ({ name: own, type })),
    findings: source.findings,
  };
}

/** Names that differ in more than case, which is all the same to the database. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>([ROW.slice(1, -1)]);
  return names.map((wanted) => {
    let own = wanted;
    for (let copy = 2; taken.has(own.toLowerCase()); copy++) own = `${wanted} (${copy})`;
    taken.add(own.toLowerCase());
    return own;
  });
}

/** The columns of these names, in this order; all of them without names. Unknown names give null. */
export function chosenColumns(source: Source, names: readonly string[] | undefined): (SourceColumn | null)[] {
  if (!names) return source.columns;
  const byName = new Map(source.columns.map((column) => [column.name, column]));
  return names.map((own) => byName.get(own) ?? null);
}
