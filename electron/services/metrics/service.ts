import { setImmediate } from 'node:timers/promises';
import type { SeriesRequest } from '../../../shared/contract/metrics.ts';
import { encodeSeries, type Series } from '../../../shared/layout/series.ts';
import type { Db } from '../../db/open.ts';
import type { ProjectLookup } from '../projects/open-project.ts';
import { createSeriesReader, EMPTY_SERIES, type Range, type SeriesReader } from './reduce.ts';

export type MetricKey = { key: string; runs: number; count: number };

/** Points for the terminal: `[step, time, value]`, time in epoch milliseconds. `count` is before reduction. */
export type SeriesPoints = {
  points: [step: number, time: number, value: number][];
  reduced: boolean;
  count: number;
};

export type MetricsService = ReturnType<typeof createMetrics>;

const DEFAULT_POINTS = 2000;
/** How long one request may hold the thread before others get a turn, in milliseconds. */
const TURN_MS = 10;

/** What was measured: which metrics there are, and their points. */
export function createMetrics({ projects }: { projects: ProjectLookup }) {
  const readers = new WeakMap<Db, Reader>();
  const readerOf = (project: string): Reader => {
    const { db } = projects.get(project);
    let reader = readers.get(db);
    if (!reader) {
      reader = createReader(db);
      readers.set(db, reader);
    }
    return reader;
  };

  return {
    /** Every metric key that some of these runs have, in natural order. */
    keys: ({ project, runs }: { project: string; runs: readonly string[] }): MetricKey[] =>
      readerOf(project).keys(runs),

    /** Bytes as `shared/layout/series.ts` lays them out. Lets others have a turn while it works on many series. */
    async series(input: SeriesRequest): Promise<Blob> {
      const { project, series, from, to, maxPoints = DEFAULT_POINTS } = input;
      const found: Series[] = [];
      let turn = performance.now();
      for (const { run, key } of series) {
        found.push(readerOf(project).read(run, key, { from, to }, maxPoints));
        if (performance.now() - turn < TURN_MS) continue;
        await setImmediate();
        turn = performance.now();
      }
      return new Blob([encodeSeries(found)]);
    },

    /** The points of one metric, for the terminal. A metric that does not exist has none. */
    points(project: string, run: string, key: string, maxPoints: number, range: Range = {}): SeriesPoints {
      const { step, time, value, reduced, count } = readerOf(project).read(run, key, range, maxPoints);
      return {
        points: Array.from(step, (s, i) => [s, Math.round(time[i]! * 1000), value[i]!]),
        reduced,
        count,
      };
    },
  };
}

type Reader = {
  keys(runs: readonly string[]): MetricKey[];
  read(run: string, key: string, range: Range, maxPoints: number): Series;
};

const natural = new Intl.Collator('en', { numeric: true });

function createReader(db: Db): Reader {
  const series: SeriesReader = createSeriesReader(db);
  const keys = db.prepare<[string], MetricKey>(
    `SELECT series.key AS key, count(*) AS runs, sum(series.count) AS count
     FROM runs JOIN series ON series.run = runs.pk
     WHERE runs.id IN (SELECT value FROM json_each(?))
     GROUP BY series.key`,
  );
  const find = db.prepare<[string, string], { pk: number; ordered: number }>(
    'SELECT series.pk AS pk, ordered FROM runs JOIN series ON series.run = runs.pk WHERE runs.id = ? AND series.key = ?',
  );
  return {
    keys: (runs) => keys.all(JSON.stringify(runs)).sort((a, b) => natural.compare(a.key, b.key)),
    // one transaction, so that chunks being merged by the ingester meanwhile are not seen twice or not at all
    read: db.transaction((run: string, key: string, range: Range, maxPoints: number) => {
      const row = find.get(run, key);
      return row ? series.read(row.pk, row.ordered === 1, range, maxPoints) : EMPTY_SERIES;
    }),
  };
}
