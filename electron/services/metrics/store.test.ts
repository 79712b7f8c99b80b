import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeProject, type TestProject } from '../../testing/make-project.ts';
import { CHUNK, decodePoints, type Points } from './chunk.ts';
import { createMetricStore, join, type MetricStore, slice } from './store.ts';

let project: TestProject;
let store: MetricStore;
beforeEach(() => {
  project = makeProject();
  store = createMetricStore(project.db);
  project.db
    .prepare(
      `INSERT INTO runs (pk, id, name, experiment, status, source, command, created_at, identity) VALUES (1, 'r', '', '', 'running', 'sdk', '[]', 0, '{}')`,
    )
    .run();
});
afterEach(() => project.dispose());

const append = (points: Points, key = 'loss'): void => project.db.transaction(() => store.append(1, key, points))();
const one = (step: number, value: number): Points => ({
  step: Float64Array.of(step),
  time: Float64Array.of(1000 + step),
  value: Float64Array.of(value),
});
const line = (n: number, from = 0): Points => ({
  step: Float64Array.from({ length: n }, (_, i) => from + i),
  time: Float64Array.from({ length: n }, (_, i) => 1_790_000_000 + (from + i) * 0.01234567),
  value: Float64Array.from({ length: n }, (_, i) => Math.sin(from + i)),
});
const row = (): unknown =>
  project.db
    .prepare('SELECT count, last, min, max, last_step, last_time, ordered FROM series WHERE key = ?')
    .get('loss');
const chunks = (): { seq: number; count: number; first_step: number; last_step: number; points: Uint8Array }[] =>
  project.db.prepare('SELECT * FROM chunks ORDER BY seq').all() as never;
const stored = (): Points => join(chunks().map((chunk) => decodePoints(chunk.points)));

describe('the row of a series', () => {
  it('holds the value at the greatest step, of equal ones the newest', () => {
    for (const [step, value] of [
      [0, 1],
      [5, 2],
      [5, 3],
      [2, 9],
    ] as const)
      append(one(step, value));
    expect(row()).toEqual({ count: 4, last: 3, min: 1, max: 9, last_step: 5, last_time: 1005, ordered: 0 });
  });

  it('keeps NaN out of least and greatest, but infinities in', () => {
    append(one(0, Number.NaN));
    expect(row()).toMatchObject({ last: null, min: null, max: null });
    append(one(1, 1));
    append(one(2, Number.NEGATIVE_INFINITY));
    append(one(3, Number.NaN));
    expect(row()).toMatchObject({ last: null, min: Number.NEGATIVE_INFINITY, max: 1, ordered: 1 });
  });
});

describe('chunks', () => {
  it('hold every point in order of arrival, whatever the sizes of the batches', () => {
    const all = line(20_000);
    let at = 0;
    for (const size of [1, 1, 1, 7, 100, 2047, 2048, 2049, 1, 3, 5000, 1, 1]) {
      append(slice(all, at, at + size));
      at += size;
    }
    expect(stored()).toEqual(slice(all, 0, at));
    expect(chunks().map((chunk) => chunk.seq)).toEqual(chunks().map((_, i) => i));
  });

  it('stay few under many small batches, and a full one is never touched again', () => {
    const all = line(5000);
    for (let i = 0; i < 5000; i++) append(slice(all, i, i + 1));
    const counts = chunks().map((chunk) => chunk.count);
    expect(counts.slice(0, 2)).toEqual([CHUNK, CHUNK]);
    expect(counts.length).toBeLessThan(2 + Math.log2(CHUNK) + 1);
    expect(stored()).toEqual(all);
  });

  it('say which steps are in them, in whatever order they came', () => {
    append({ step: Float64Array.of(5, 1, 3), time: new Float64Array(3), value: new Float64Array(3) });
    expect(chunks()[0]).toMatchObject({ first_step: 1, last_step: 5 });
  });

  it('cost at most 30 bytes a point in the whole file', () => {
    for (let i = 0; i < 10; i++) append(line(20_000, i * 20_000));
    project.db.pragma('wal_checkpoint(TRUNCATE)');
    const pages = project.db.pragma('page_count', { simple: true }) as number;
    const size = project.db.pragma('page_size', { simple: true }) as number;
    expect((pages * size) / 200_000).toBeLessThan(30);
  });
});
