import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

export type { DuckDBValue } from '@duckdb/node-api';

/** DuckDB takes rows in pieces of at most this many. */
export const PIECE_ROWS = 2048;

/** Values that are neither numbers, texts nor truth values, as the database wants them. */
export async function valueMakers() {
  const api = await import('@duckdb/node-api');
  return {
    blob: (bytes: Uint8Array): DuckDBValue => new api.DuckDBBlobValue(bytes),
    date: (days: number): DuckDBValue => new api.DuckDBDateValue(days),
    time: (micros: bigint): DuckDBValue => new api.DuckDBTimeValue(micros),
    timestamp: (micros: bigint): DuckDBValue => new api.DuckDBTimestampValue(micros),
    timestampNs: (nanos: bigint): DuckDBValue => new api.DuckDBTimestampNanosecondsValue(nanos),
    timestampTz: (micros: bigint): DuckDBValue => new api.DuckDBTimestampTZValue(micros),
    decimal: (value: bigint, width: number, scale: number): DuckDBValue =>
      new api.DuckDBDecimalValue(value, width, scale),
    list: (items: DuckDBValue[]): DuckDBValue => new api.DuckDBListValue(items),
    struct: (entries: Record<string, DuckDBValue>): DuckDBValue => new api.DuckDBStructValue(entries),
    map: (entries: { key: DuckDBValue; value: DuckDBValue }[]): DuckDBValue => new api.DuckDBMapValue(entries),
  };
}

export type ValueMakers = Awaited<ReturnType<typeof valueMakers>>;

/** Appends to a table that is there, `PIECE_ROWS` rows at a time at most; columns in the table's order. `close` writes what is left. */
export async function createAppender(
  db: DuckDBConnection,
  table: string,
): Promise<{ append(columns: readonly DuckDBValue[][], rows: number): void; close(): void }> {
  const { DuckDBDataChunk } = await import('@duckdb/node-api');
  const appender = await db.createAppender(table);
  const types = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i));
  return {
    append(columns, rows) {
      const chunk = DuckDBDataChunk.create(types, rows);
      chunk.setColumns(columns);
      appender.appendDataChunk(chunk);
    },
    close() {
      appender.flushSync();
      appender.closeSync();
    },
  };
}
