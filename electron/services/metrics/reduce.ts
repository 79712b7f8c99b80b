import type { Series } from '../../../shared/layout/series.ts';
import { createReducer, type Kept } from '../../../shared/math/reduce.ts';
import type { Db } from '../../db/open.ts';
import { ABSENT, decodePoints, decodeSummary, LEAF, LEAF_SLOTS, type Points, SLOT } from './chunk.ts';
import { join, slice } from './store.ts';

/** Both ends included. */
export type Range = { readonly from?: number | undefined; readonly to?: number | undefined };

type Meta = { seq: number; count: number; first_step: number; last_step: number };
/** A chunk wholly in the range, whose points are read only when needed, or the part of a chunk that is. */
type Piece = { count: number; first: number; last: number; seq: number } & ({ part: Points } | { part: null });

export const EMPTY_SERIES: Series = {
  step: new Float64Array(),
  time: new Float64Array(),
  value: new Float64Array(),
  count: 0,
  reduced: false,
};

export type SeriesReader = ReturnType<typeof createSeriesReader>;

/** Reads series of an index, in order of step; points of the same step stay in order of arrival. */
export function createSeriesReader(db: Db) {
  const metas = db.prepare<[number, number, number], Meta>(
    'SELECT seq, count, first_step, last_step FROM chunks WHERE series = ? AND last_step >= ? AND first_step <= ? ORDER BY seq',
  );
  const points = db
    .prepare<[number, number], Uint8Array>('SELECT points FROM chunks WHERE series = ? AND seq = ?')
    .pluck();
  const summaries = db
    .prepare<[number, number, number], Uint8Array | null>(
      'SELECT summary FROM chunks WHERE series = ? AND seq BETWEEN ? AND ? ORDER BY seq',
    )
    .pluck();

  const load = (series: number, seq: number): Points => decodePoints(points.get(series, seq)!);

  const piecesOf = (series: number, from: number, to: number): Piece[] =>
    metas.all(series, from, to).flatMap(({ seq, count, first_step, last_step }): Piece[] => {
      if (first_step >= from && last_step <= to)
        return [{ count, first: first_step, last: last_step, seq, part: null }];
      const part = within(load(series, seq), from, to);
      const length = part.step.length;
      return length === 0 ? [] : [{ count: length, first: part.step[0]!, last: part.step[length - 1]!, seq, part }];
    });

  const readAll = (series: number, pieces: readonly Piece[]): Points =>
    join(pieces.map((piece) => piece.part ?? load(series, piece.seq)));

  /**
   * From the summaries of leaves where a leaf is no wider than a bucket, from the points elsewhere; from the points of the whole chunk where
   * its leaves are on average more than twice as wide.
   */
  const reduceOrdered = (series: number, pieces: readonly Piece[], buckets: number, keepNaN: boolean): Kept => {
    const from = pieces[0]!.first;
    const to = pieces.at(-1)!.last;
    const width = (to - from) / buckets;
    const reducer = createReducer({ from, to, buckets, keepNaN });
    let place = 0;
    const addPoints = ({ step, time, value }: Points): void => {
      for (let i = 0; i < step.length; i++) reducer.add(place++, step[i]!, time[i]!, value[i]!);
    };
    const addLeaves = (piece: Piece, summary: Uint8Array): void => {
      const { slots, places } = decodeSummary(summary);
      let all: Points | undefined;
      for (let leaf = 0, base = 0; base < slots.length; leaf++, base += LEAF_SLOTS) {
        const length = Math.min(LEAF, piece.count - leaf * LEAF);
        const first = slots[base + SLOT.first]!;
        if (slots[base + SLOT.last]! - first > width) {
          all ??= load(series, piece.seq);
          addPoints(slice(all, leaf * LEAF, leaf * LEAF + length));
          continue;
        }
        const add = (slot: number, at: number): void => {
          if (at === ABSENT) return;
          const i = base + slot;
          reducer.add(place + at, slots[i]!, slots[i + 1]!, slots[i + 2]!, first);
        };
        const tail = (base + SLOT.places) * 4;
        add(SLOT.first, 0);
        add(SLOT.min, places[tail]!);
        add(SLOT.max, places[tail + 1]!);
        add(SLOT.nan, places[tail + 2]!);
        add(SLOT.last, length - 1);
        place += length;
      }
    };
    const leavesHelp = (piece: Piece): boolean =>
      piece.part === null && piece.count > LEAF && ((piece.last - piece.first) * LEAF) / piece.count <= 2 * width;
    const helped = pieces.filter(leavesHelp);
    const firstSeq = helped[0]?.seq ?? 0;
    const found = helped.length > 0 ? summaries.all(series, firstSeq, helped.at(-1)!.seq) : [];
    for (const piece of pieces) {
      const summary = leavesHelp(piece) ? found[piece.seq - firstSeq] : null;
      if (summary) addLeaves(piece, summary);
      else addPoints(piece.part ?? load(series, piece.seq));
    }
    return reducer.finish();
  };

  return {
    /**
     * The points of a series in a step range, at most `maxPoints` of them: when there are more, the range is cut into `maxPoints / 4` buckets
     * of equal width and of each the first, last, least, greatest and first NaN point stay (see shared/math/reduce.ts). A leaf of 128
     * points belongs to the bucket of its first step, so bucket borders snap to leaves. Where NaN points make it too many, buckets are
     * `maxPoints / 5`; with `maxPoints` 4 a NaN inside is not kept.
     */
    read(series: number, ordered: boolean, { from, to }: Range, maxPoints: number): Series {
      const low = from ?? Number.NEGATIVE_INFINITY;
      const high = to ?? Number.POSITIVE_INFINITY;
      let pieces: readonly Piece[] = piecesOf(series, low, high);
      if (!ordered && pieces.length > 0) pieces = [sorted(readAll(series, pieces))];
      const count = pieces.reduce((sum, piece) => sum + piece.count, 0);
      if (count === 0) return EMPTY_SERIES;
      if (count <= maxPoints) return { ...readAll(series, pieces), count, reduced: false };
      let kept = reduceOrdered(series, pieces, Math.floor(maxPoints / 4), maxPoints > 4);
      if (kept.step.length > maxPoints) kept = reduceOrdered(series, pieces, Math.floor(maxPoints / 5), true);
      return { ...kept, count, reduced: kept.step.length < count };
    },
  };
}

/** The points of a chunk that are in the range; its steps need not be in order. */
function within(points: Points, from: number, to: number): Points {
  const { step } = points;
  const places: number[] = [];
  for (let i = 0; i < step.length; i++) if (step[i]! >= from && step[i]! <= to) places.push(i);
  return pick(points, places);
}

function sorted(points: Points): Piece {
  const { step } = points;
  const places = Array.from(step, (_, i) => i).sort((a, b) => step[a]! - step[b]! || a - b);
  const part = pick(points, places);
  return { count: places.length, first: part.step[0]!, last: part.step[places.length - 1]!, seq: -1, part };
}

function pick({ step, time, value }: Points, places: readonly number[]): Points {
  return {
    step: Float64Array.from(places, (i) => step[i]!),
    time: Float64Array.from(places, (i) => time[i]!),
    value: Float64Array.from(places, (i) => value[i]!),
  };
}
