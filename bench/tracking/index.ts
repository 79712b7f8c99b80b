/**
 * How fast logs get into the index, how big it is, and how fast a long series is read. Run it with Node; it prints one JSON value.
 * Everything happens in a temporary folder and in this one thread.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDb } from '../../electron/db/open.ts';
import { createIngester } from '../../electron/services/ingest/ingester.ts';
import { createMetrics } from '../../electron/services/metrics/service.ts';
import { indexFile, runFolder } from '../../electron/services/projects/layout.ts';
import { writeRun } from '../../electron/testing/make-project.ts';
import { newRunId } from '../../shared/ids.ts';

type Measured = {
  what: string;
  /** Written before measuring. */
  expected: string;
  bar: string;
  measured: number;
  unit: string;
  holds: boolean;
};

const POINTS = 2_000_000;
const LONG = 1_000_000;

/** Writes a run with `lines` lines of these metrics. */
function writeLong(root: string, lines: number, keys: readonly string[]): string {
  const id = writeRun(root, { id: newRunId() });
  const file = openSync(join(runFolder(root, id), 'log.ndjson'), 'w');
  for (let at = 0; at < lines; ) {
    let block = '';
    for (const end = Math.min(lines, at + 10_000); at < end; at++) {
      const metrics = keys.map((key) => `"${key}":${Math.sin(at / 1000) + Math.random() / 10}`).join(',');
      block += `{"t":${(1_790_000_000 + at * 0.00123).toFixed(4)},"s":${at},"m":{${metrics}}}\n`;
    }
    writeSync(file, block);
  }
  closeSync(file);
  return id;
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

function measure(root: string): Measured[] {
  mkdirSync(root, { recursive: true });
  const db = openDb(indexFile(root));
  const ingester = createIngester(root, db);
  const project = { id: 'bench', root, db, trusted: true };
  const metrics = createMetrics({ projects: { get: () => project, all: () => [project] } });
  try {
    const warm = writeLong(root, 50_000, ['loss']);
    ingester.ingest(warm);

    const single = writeLong(root, POINTS, ['loss']);
    const singleRate = (POINTS / timed(() => ingester.ingest(single))) * 1000;
    db.pragma('wal_checkpoint(TRUNCATE)');
    const bytes = statSync(indexFile(root)).size / (POINTS + 50_000);

    const keys = Array.from({ length: 10 }, (_, i) => `metric${i}`);
    const several = writeLong(root, POINTS / 10, keys);
    const severalRate = (POINTS / timed(() => ingester.ingest(several))) * 1000;

    const long = writeLong(root, LONG, ['loss']);
    ingester.ingest(long);
    const reads = Array.from({ length: 15 }, () => timed(() => metrics.points('bench', long, 'loss', 8000)));
    const first = reads[0]!;

    return [
      row(
        'points a second from file to index, one metric a line',
        '600,000',
        '≥ 500,000',
        singleRate,
        'points/s',
        singleRate >= 500_000,
      ),
      row(
        'points a second from file to index, ten metrics a line',
        '1,500,000',
        '≥ 500,000',
        severalRate,
        'points/s',
        severalRate >= 500_000,
      ),
      row('bytes a point in the whole index', '18', '≤ 30', bytes, 'bytes', bytes <= 30),
      row('1,000,000 points to 2,000 buckets, median', '7', '≤ 20', median(reads), 'ms', median(reads) <= 20),
      row('1,000,000 points to 2,000 buckets, first time', '15', '≤ 20', first, 'ms', first <= 20),
    ];
  } finally {
    db.close();
  }
}

function row(what: string, expected: string, bar: string, value: number, unit: string, holds: boolean): Measured {
  return { what, expected, bar, measured: Number(value.toPrecision(4)), unit, holds };
}

const root = mkdtempSync(join(tmpdir(), 'assay-bench-'));
try {
  process.stdout.write(`${JSON.stringify(measure(join(root, 'project')), null, 2)}\n`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
