import type { DuckDBConnection } from '@duckdb/node-api';

export type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';

/** What one database may use and touch. `paths` are the only files it can read or write; `spill` is a folder for what does not fit in memory. */
export type DuckDbLimits = { memory: string; paths: readonly string[]; spill?: string };

/**
 * Runs `work` on a database of its own in memory, closed afterwards. DuckDB is loaded with the first call. It never loads an extension,
 * never reaches the network, and reads and writes nothing but the paths named here; nothing in a file can loosen that.
 * @param limits `memory` as DuckDB writes it ("512MB"); without `spill` a query that needs more fails
 */
export async function withDuckDb<T>(limits: DuckDbLimits, work: (db: DuckDBConnection) => Promise<T>): Promise<T> {
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
    try {
      // a setting takes no bound value
      const list = limits.paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ');
      await db.run(`SET allowed_paths = [${list}]`);
      // moments print the same on every machine
      await db.run(`SET TimeZone = 'UTC'`);
      await db.run('SET enable_external_access = false');
      await db.run('SET lock_configuration = true');
      return await work(db);
    } finally {
      db.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** A path as DuckDB's readers take it: stars and brackets, which it takes as a pattern, stand for themselves in brackets of their own. */
export function literalPath(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}
