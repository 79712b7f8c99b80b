import { AppError, messageOf } from '../../../shared/errors.ts';
import type { DuckDBConnection, DuckDBType } from '../duckdb/open.ts';

export type Cell = string | null;

/** The one database of a diff. Every call throws CANCELLED once the signal is aborted; a running query is interrupted then. */
export type Database = {
  /** Throws CANCELLED when the signal is aborted. */
  checkStop(): void;
  run(sql: string): Promise<void>;
  /** Rows with every value as DuckDB prints it to JSON: 64-bit numbers are text. */
  rows(sql: string): Promise<unknown[][]>;
  /** The first row as numbers; NULL is 0. */
  numbers(sql: string): Promise<number[]>;
  /** Column names and types, without reading rows. */
  shape(sql: string): Promise<{ name: string; type: DuckDBType }[]>;
  /** One column of whole numbers that fit 32 bits. */
  column(sql: string, length: number): Promise<Uint32Array>;
  /** Columns of numbers, row by row; NULL is NaN. */
  doubles(sql: string): Promise<Float64Array[]>;
  /** Rows of texts, a few thousand at a time, never all at once. */
  stream(sql: string): AsyncIterable<Cell[][]>;
};

const INTERRUPT_MS = 20;

export function createDatabase(db: DuckDBConnection, signal?: AbortSignal): Database {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (signal?.aborted) throw cancelled();
    let again: NodeJS.Timeout | undefined;
    const stop = (): void => {
      db.interrupt();
      // an interrupt that comes before the statement has begun is lost
      again = setInterval(() => db.interrupt(), INTERRUPT_MS);
    };
    signal?.addEventListener('abort', stop);
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      throw error;
    } finally {
      clearInterval(again);
      signal?.removeEventListener('abort', stop);
    }
  };
  const rows = (sql: string): Promise<unknown[][]> =>
    guarded(async () => (await db.runAndReadAll(sql)).getRowsJson() as unknown[][]);
  return {
    checkStop() {
      if (signal?.aborted) throw cancelled();
    },
    run: (sql) => guarded(async () => void (await db.run(sql))),
    rows,
    numbers: async (sql) => ((await rows(sql))[0] ?? []).map(Number),
    shape: (sql) =>
      guarded(async () => {
        const result = await db.run(`SELECT * FROM (${sql}) LIMIT 0`);
        return result.columnNames().map((name, i) => ({ name, type: result.columnType(i) }));
      }),
    column: (sql, length) =>
      guarded(async () => {
        const values = new Uint32Array(length);
        const result = await db.stream(sql);
        let at = 0;
        for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
          for (const value of chunk.getColumnValues(0)) values[at++] = Number(value);
        return values.subarray(0, at);
      }),
    doubles: (sql) =>
      guarded(async () => {
        const result = await db.stream(sql);
        const columns: number[][] = result.columnNames().map(() => []);
        for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
          for (const [i, into] of columns.entries())
            for (const value of chunk.getColumnValues(i)) into.push(value === null ? Number.NaN : Number(value));
        return columns.map((values) => Float64Array.from(values));
      }),
    async *stream(sql) {
      const result = await guarded(() => db.stream(sql));
      for (;;) {
        const chunk = await guarded(() => result.fetchChunk());
        if (!chunk || chunk.rowCount === 0) return;
        yield chunk.getRows().map((row) => row.map((cell) => (cell === null ? null : String(cell))));
      }
    },
  };
}

export const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

export function cancelled(): AppError {
  return new AppError('CANCELLED', 'The comparison was stopped.');
}

/** A sentence for a file that could not be read, with the first line of the reason. */
export function unreadable(file: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = messageOf(error);
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const reason = message.split('\n').find((part) => part !== '' && !/Error on Line: |^Original Line/.test(part));
  const why = /unterminated quote/.test(message) ? 'a quotation mark is never closed' : (reason ?? message).trim();
  return new AppError(
    'BAD_REQUEST',
    `${file} cannot be read as a table${line ? `: line ${line} is wrong` : ''} (${why}). Mend the file, or compare it under another ending as text.`,
    {},
    { cause: error },
  );
}
