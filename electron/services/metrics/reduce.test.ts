import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Series } from '../../../shared/layout/series.ts';
import { makeProject, type TestProject } from '../../testing/make-project.ts';
import { CHUNK, LEAF, type Points } from './chunk.ts';
import { createSeriesReader, type Range } from './reduce.ts';
import { createMetricStore, slice } from './store.ts';

let project: TestProject;
beforeEach(() => {
  project = makeProject();
  project.db
    .prepare(
      `INSERT INTO runs (pk, id, name, experiment, status, source, command, created_at, identity) VALUES (1, 'r', '', '', 'running', 'sdk', '[]', 0, '{}')`,
    )
    .run();
});
afterEach(() => project.dispose());

type Point = [step: number, time: number, value: number];

let keys = 0;
/** Stores points and reads them back; `sizes` are those of the batches. */
function stored(points: Point[], sizes: number[] = [points.length]): (range: Range, maxPoints: number) => Series {
  const store = createMetricStore(project.db);
  const key = `k${keys++}`;
  const all: Points = {
    step: Float64Array.from(points, (p) => p[0]),
    time: Float64Array.from(points, (p) => p[1]),
    value: Float64Array.from(points, (p) => p[2]),
  };
  project.db.transaction(() => {
    for (let at = 0, i = 0; at < points.length; i++) {
      const size = sizes[i % sizes.length]!;
      store.append(1, key, slice(all, at, at + size));
      at += size;
    }
  })();
  const row = project.db
    .prepare<[string], { pk: number; ordered: number }>('SELECT pk, ordered FROM series WHERE key = ?')
    .get(key);
  return (range, maxPoints) => createSeriesReader(project.db).read(row?.pk ?? -1, row?.ordered === 1, range, maxPoints);
}

const rows = ({ step, time, value }: Series): Point[] => Array.from(step, (s, i) => [s, time[i]!, value[i]!]);

type Unit = { first: number; last: number };

/** The leaves of a series that was stored at once. */
function leavesOf(count: number): Unit[] {
  const leaves: Unit[] = [];
  for (let chunk = 0; chunk < count; chunk += CHUNK)
    for (let first = chunk; first < Math.min(count, chunk + CHUNK); first += LEAF)
      leaves.push({ first, last: Math.min(count, chunk + CHUNK, first + LEAF) - 1 });
  return leaves;
}

/** Written from what reduce.ts says and nothing else. */
function naive(points: Point[], maxPoints: number, leaves: Unit[]): Point[] {
  const from = points[0]![0];
  const span = points.at(-1)![0] - from;
  const attempt = (buckets: number, keepNaN: boolean): Point[] => {
    const at = points.map(([step]) => step);
    const spanOf = ({ first, last }: Unit): number => points[last]![0] - points[first]![0];
    for (const leaf of leaves) {
      const chunk = {
        first: leaf.first - (leaf.first % CHUNK),
        last: Math.min(points.length, leaf.first - (leaf.first % CHUNK) + CHUNK) - 1,
      };
      const average = (spanOf(chunk) * LEAF) / (chunk.last - chunk.first + 1);
      if (average <= (2 * span) / buckets && spanOf(leaf) <= span / buckets)
        at.fill(points[leaf.first]![0], leaf.first, leaf.last + 1);
    }
    const groups = new Map<number, number[]>();
    at.forEach((step, i) => {
      const bucket = span === 0 ? 0 : Math.min(buckets - 1, Math.floor((step - from) * (buckets / span)));
      const group = groups.get(bucket);
      if (group) group.push(i);
      else groups.set(bucket, [i]);
    });
    return [...groups.values()].flatMap((group) => {
      const numbers = group.filter((i) => !Number.isNaN(points[i]![2]));
      const least = numbers.reduce((best, i) => (points[i]![2] < points[best]![2] ? i : best), numbers[0] ?? -1);
      const most = numbers.reduce((best, i) => (points[i]![2] > points[best]![2] ? i : best), numbers[0] ?? -1);
      const nan = keepNaN ? (group.find((i) => Number.isNaN(points[i]![2])) ?? -1) : -1;
      const kept = new Set([group[0]!, group.at(-1)!, least, most, nan].filter((i) => i >= 0));
      return [...kept].sort((a, b) => a - b).map((i) => points[i]!);
    });
  };
  const kept = attempt(Math.floor(maxPoints / 4), maxPoints > 4);
  return kept.length > maxPoints ? attempt(Math.floor(maxPoints / 5), true) : kept;
}

/** Deterministic numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a series that fits', () => {
  it.each([0, 1, 2, 50])('comes back whole: %i points', (n) => {
    const points = Array.from({ length: n }, (_, i): Point => [i, 100 + i, i * i]);
    const read = stored(points)({}, 50);
    expect(rows(read)).toEqual(points);
    expect(read).toMatchObject({ count: n, reduced: false });
  });

  it('comes back sorted by step when it did not come so, equal steps in order of arrival', () => {
    const points: Point[] = [
      [3, 0, 1],
      [1, 1, 2],
      [3, 2, 3],
      [1, 3, 4],
    ];
    expect(rows(stored(points)({}, 100)).map((point) => point[2])).toEqual([2, 4, 1, 3]);
  });
});

describe('a reduced series', () => {
  const values: Record<string, (i: number, next: () => number) => number> = {
    noise: (_i, next) => next() - 0.5,
    constant: () => 3,
    'with NaN': (_i, next) => (next() < 0.02 ? Number.NaN : next()),
    'only NaN': () => Number.NaN,
    'with infinities': (_i, next) =>
      next() < 0.001 ? Number.POSITIVE_INFINITY : next() < 0.001 ? Number.NEGATIVE_INFINITY : next(),
    rising: (i) => i,
  };
  const steps: Record<string, (i: number, next: () => number) => number> = {
    even: (i) => i,
    'each twice': (i) => Math.floor(i / 2),
    'in clumps': (i) => Math.floor(i / 700) * 1_000_000 + (i % 700),
    'all the same': () => 7,
  };
  const cases = Object.keys(values).flatMap((v) => Object.keys(steps).map((s): [string, string] => [v, s]));

  it.each(cases)('is what the definition says: %s, steps %s', (v, s) => {
    const next = random(v.length * 31 + s.length);
    const points = Array.from(
      { length: 6000 },
      (_, i): Point => [steps[s]!(i, next), 1000 + i / 7, values[v]!(i, next)],
    );
    const read = stored(points);
    for (const maxPoints of [4, 7, 40, 1000, 5999]) {
      const got = read({}, maxPoints);
      expect(got.step.length).toBeLessThanOrEqual(maxPoints);
      expect(got.count).toBe(6000);
      expect(rows(got)).toEqual(naive(points, maxPoints, leavesOf(6000)));
    }
  });

  it('never loses a spike, wherever it is', () => {
    for (const at of [0, 1, 127, 128, 2047, 2048, 31_234, 49_999]) {
      const points = Array.from({ length: 50_000 }, (_, i): Point => [i, i, i === at ? 99 : i % 10 === 0 ? 0.5 : 0.25]);
      const read = stored(points);
      for (const maxPoints of [4, 100, 8000]) expect(rows(read({}, maxPoints))).toContainEqual([at, at, 99]);
    }
  });

  it('is the same for an unordered series as for the sorted one, without leaves', () => {
    const next = random(5);
    const points = Array.from({ length: 5000 }, (_, i): Point => [Math.floor(next() * 3000), i, next()]);
    const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
    expect(rows(stored(points, [1, 300, 5])({}, 200))).toEqual(naive(sorted, 200, []));
  });

  it('zooms: both ends included, and full detail once it fits', () => {
    const points = Array.from({ length: 30_000 }, (_, i): Point => [i * 2, i, Math.sin(i)]);
    const read = stored(points);
    const inside = points.filter(([step]) => step >= 10_001 && step <= 20_000);
    expect(rows(read({ from: 10_001, to: 20_000 }, 100_000))).toEqual(inside);
    const reduced = read({ from: 10_001, to: 20_000 }, 400);
    expect(reduced).toMatchObject({ count: inside.length, reduced: true });
    expect(reduced.step.length).toBeGreaterThan(200);
    for (const point of rows(reduced)) expect(inside).toContainEqual(point);
    expect(rows(reduced)[0]).toEqual(inside[0]);
    expect(rows(reduced).at(-1)).toEqual(inside.at(-1));
    expect(read({ from: 59_998 }, 100).count).toBe(1);
    expect(read({ from: 60_000 }, 100).count).toBe(0);
    expect(read({ to: -1 }, 100).count).toBe(0);
    expect(read({ from: 5, to: 5 }, 100).count).toBe(0);
  });

  it('reads ranges of unordered series', () => {
    const points = Array.from({ length: 5000 }, (_, i): Point => [(i * 37) % 5000, i, i]);
    const got = stored(points)({ from: 100, to: 199 }, 1000);
    expect([...got.step]).toEqual(Array.from({ length: 100 }, (_, i) => 100 + i));
  });
});
