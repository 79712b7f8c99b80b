import { open } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { CompressionType, compressionRegistry, type RecordBatch, RecordBatchReader } from 'apache-arrow';
import { createAppender, PIECE_ROWS, valueMakers } from '../duckdb/append.ts';
import { withDuckDb } from '../duckdb/open.ts';
import { type Losses, readerOf, sqlType } from './arrow-values.ts';
import { createDatabase, text } from './database.ts';
import { unpackLz4 } from './lz4.ts';

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4 });
// a copy of its own, so that it begins where numbers of eight bytes may begin
compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => new Uint8Array(zstdDecompressSync(bytes)) });

export type ArrowTask = { from: string; to: string; spill: string };
export type ArrowCopy = { names: string[]; cutTimes: boolean };

/**
 * Writes an Arrow file or stream (Feather 2 among them) as Parquet with columns `c0…`, a record batch at a time, so that DuckDB can read it
 * without its Arrow extension. Nested values stay nested; what Parquet has no type for (unions, intervals) becomes JSON.
 * @param stop asked every few thousand rows; throws when the work is to end, as `signal` then does
 */
export async function arrowToParquet(
  { from, to, spill }: ArrowTask,
  stop: () => void,
  signal: AbortSignal,
): Promise<ArrowCopy> {
  await using file = await open(from);
  const reader = await RecordBatchReader.from(file);
  await reader.open();
  try {
    const { fields } = reader.schema;
    return await withDuckDb({ memory: '1GB', paths: [to], spill }, async (db) => {
      const columns = fields.map(({ type }, i) => `c${i} ${sqlType(type)}`);
      await db.run(`CREATE TABLE t (${columns.length > 0 ? columns.join(', ') : 'none INTEGER'})`);
      const appender = await createAppender(db, 't');
      const losses: Losses = { cutTimes: false };
      const make = await valueMakers();
      for await (const batch of reader as AsyncIterable<RecordBatch>) {
        const readers = batch.data.children.map((data) => readerOf(data, make, losses));
        for (let at = 0; at < batch.numRows && readers.length > 0; at += PIECE_ROWS) {
          stop();
          const rows = Math.min(PIECE_ROWS, batch.numRows - at);
          appender.append(
            readers.map((read) => Array.from({ length: rows }, (_, i) => read(at + i))),
            rows,
          );
        }
      }
      appender.close();
      stop();
      await createDatabase(db, signal).run(`COPY t TO ${text(to)} (FORMAT parquet, COMPRESSION uncompressed)`);
      return { names: fields.map(({ name }) => name), cutTimes: losses.cutTimes };
    });
  } finally {
    await reader.cancel();
  }
}
