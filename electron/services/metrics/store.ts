import type { Db } from '../../db/open.ts';
import { CHUNK, decodePoints, encodePoints, encodeSummary, type Points } from './chunk.ts';

/** What the table shows of a series; `null` stands for NaN (`last`) and for "no value was a number" (`min`, `max`). */
export type SeriesRow = {
  pk: number;
  count: number;
  last: number | null;
  min: number | null;
  max: number | null;
  last_step: number;
  last_time: number;
  ordered: number;
};
type Tail = { seq: number; count: number };

export type MetricStore = ReturnType<typeof createMetricStore>;

/** Writes points. Every call belongs inside a transaction of the caller. */
export function createMetricStore(db: Db) {
  const find = db.prepare<[number, string], SeriesRow>(
    'SELECT pk, count, last, min, max, last_step, last_time, ordered FROM series WHERE run = ? AND key = ?',
  );
  const insert = db.prepare(
    `INSERT INTO series (run, key, count, last, min, max, last_step, last_time, ordered)
     VALUES (?, ?, @count, @last, @min, @max, @last_step, @last_time, @ordered)`,
  );
  const update = db.prepare(
    `UPDATE series SET count = @count, last = @last, min = @min, max = @max, last_step = @last_step, last_time = @last_time, ordered = @ordered
     WHERE pk = @pk`,
  );
  const tails = db.prepare<[number], Tail>('SELECT seq, count FROM chunks WHERE series = ? ORDER BY seq DESC');
  const points = db.prepare<[number, number], { points: Uint8Array }>(
    'SELECT points FROM chunks WHERE series = ? AND seq = ?',
  );
  const drop = db.prepare('DELETE FROM chunks WHERE series = ? AND seq >= ?');
  const put = db.prepare(
    'INSERT INTO chunks (series, seq, count, first_step, last_step, summary, points) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );

  /**
   * The chunks at the end that these points are joined with: as in a log-structured merge tree those that are less than twice as long as what
   * is to be written so far. A point is so rewritten about log2(CHUNK) times at worst, and a series has as few small chunks.
   */
  const tailToMerge = (series: number, fresh: number): { seq: number; parts: Points[] } => {
    const parts: Points[] = [];
    const merged: number[] = [];
    let seq = 0;
    let size = fresh;
    for (const tail of tails.iterate(series)) {
      seq = tail.seq + 1;
      if (tail.count >= CHUNK || tail.count >= 2 * size) break;
      seq = tail.seq;
      size += tail.count;
      merged.push(tail.seq);
    }
    for (const one of merged) parts.unshift(decodePoints(points.get(series, one)!.points));
    if (merged.length > 0) drop.run(series, seq);
    return { seq, parts };
  };

  const write = (series: number, fresh: Points): void => {
    const { seq, parts } = tailToMerge(series, fresh.step.length);
    const all = parts.length === 0 ? fresh : join([...parts, fresh]);
    for (let from = 0, n = 0; from < all.step.length; from += CHUNK, n++) {
      const chunk = slice(all, from, from + CHUNK);
      const [least, greatest] = bounds(chunk.step);
      put.run(series, seq + n, chunk.step.length, least, greatest, encodeSummary(chunk), encodePoints(chunk));
    }
  };

  return {
    /** Adds points, in order of arrival, to the series of a run (its `pk`); the series is made when missing. */
    append(run: number, key: string, fresh: Points): void {
      if (fresh.step.length === 0) return;
      const before = find.get(run, key);
      const row = advance(before, fresh);
      const pk = before ? before.pk : Number(insert.run(run, key, row).lastInsertRowid);
      if (before) update.run({ ...row, pk });
      write(pk, fresh);
    },
  };
}

/** The row of a series after more points came. */
function advance(before: SeriesRow | undefined, { step, time, value }: Points): Omit<SeriesRow, 'pk'> {
  let at = -1;
  let lastStep = before?.last_step ?? Number.NEGATIVE_INFINITY;
  let min = before?.min ?? Number.NaN;
  let max = before?.max ?? Number.NaN;
  let ordered = before?.ordered ?? 1;
  for (let i = 0; i < step.length; i++) {
    const s = step[i]!;
    const v = value[i]!;
    if (s >= lastStep) {
      lastStep = s;
      at = i;
    } else ordered = 0;
    if (!(v >= min)) min = Number.isNaN(v) ? min : v;
    if (!(v <= max)) max = Number.isNaN(v) ? max : v;
  }
  return {
    count: (before?.count ?? 0) + step.length,
    last: at < 0 ? before!.last : nullable(value[at]!),
    min: nullable(min),
    max: nullable(max),
    last_step: lastStep,
    last_time: at < 0 ? before!.last_time : time[at]!,
    ordered,
  };
}

const nullable = (value: number): number | null => (Number.isNaN(value) ? null : value);

function bounds(step: Float64Array): [least: number, greatest: number] {
  let least = step[0]!;
  let greatest = least;
  for (const s of step) {
    if (s < least) least = s;
    if (s > greatest) greatest = s;
  }
  return [least, greatest];
}

/** Puts pieces of a series one after another. */
export function join(parts: readonly Points[]): Points {
  const total = parts.reduce((sum, part) => sum + part.step.length, 0);
  const all = { step: new Float64Array(total), time: new Float64Array(total), value: new Float64Array(total) };
  let at = 0;
  for (const part of parts) {
    all.step.set(part.step, at);
    all.time.set(part.time, at);
    all.value.set(part.value, at);
    at += part.step.length;
  }
  return all;
}

/** A piece of points, without copying. */
export function slice({ step, time, value }: Points, from: number, to: number): Points {
  return { step: step.subarray(from, to), time: time.subarray(from, to), value: value.subarray(from, to) };
}
