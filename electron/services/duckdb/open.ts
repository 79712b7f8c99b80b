import type { DuckDBConnection } from '@duckdb/node-api';

export type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';

/** What one database may use and touch. `paths` are the only files it can read or write; `spill` is a folder for what does not fit in memory. */
export type DuckDbLimits = { memory: string; paths: readonly string[]; spill?: string };

/** A database that stays open until `close`. Connections see the same tables; each runs one query at a time and can be interrupted alone. */
export type OpenDuckDb = { connect(): Promise<DuckDBConnection>; close(): void };

/** Runs `work` on a database of its own (as `openDuckDb` makes it), closed afterwards. `connect` gives it more connections, which it closes. */
export async function withDuckDb<T>(
  limits: DuckDbLimits,
  work: (db: DuckDBConnection, connect: OpenDuckDb['connect']) => Promise<T>,
): Promise<T> {
  const database = await openDuckDb(limits);
  try {
    const db = await database.connect();
    try {
      return await work(db, database.connect);
    } finally {
      db.closeSync();
    }
  } finally {
    database.close();
  }
}

/**
 * Opens a database of its own in memory. DuckDB is loaded with the first call. It never loads an extension, never reaches the network, and
 * reads and writes nothing but the paths named here; nothing in a file can loosen that.
 * @param limits `memory` as DuckDB writes it ("512MB"); without `spill` a query that needs more fails
 */
export async function openDuckDb(limits: DuckDbLimits): Promise<OpenDuckDb> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: limits.memory,
    threads: '2',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(limits.spill === undefined ? { max_temp_directory_size: '0KB' } : { temp_directory: limits.spill }),
  });
  try {
    const db = await instance.connect();
    // a setting takes no bound value
    const list = limits.paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ');
    await db.run(`SET allowed_paths = [${list}]`);
    // moments print the same on every machine
    await db.run(`SET GLOBAL TimeZone = 'UTC'`);
    await db.run('SET enable_external_access = false');
    await db.run('SET lock_configuration = true');
    db.closeSync();
  } catch (error) {
    instance.closeSync();
    throw error;
  }
  return { connect: () => instance.connect(), close: () => instance.closeSync() };
}

/** A path as DuckDB's readers take it: stars and brackets, which it takes as a pattern, stand for themselves in brackets of their own. */
export function literalPath(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}
