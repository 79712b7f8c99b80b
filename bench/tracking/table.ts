import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDb } from '../../electron/db/open.ts';
import { silentLog } from '../../electron/platform/log.ts';
import { createEvents } from '../../electron/services/events.ts';
import { createRuns } from '../../electron/services/runs/service.ts';
import { newRunId } from '../../shared/ids.ts';

const RUNS = 20_000;
const METRICS = ['loss', 'val/loss', 'acc', 'val/acc'];
const PARAMS = ['lr', 'batch', 'optimizer', 'seed', 'depth'];
const POINTS = 100;
const REPEATS = 15;

/** Fills an index as the ingester would leave it: 20,000 runs × 4 metrics × 100 points × 5 params. */
function fill(path: string): ReturnType<typeof openDb> {
  const db = openDb(path);
  const run = db.prepare(
    `INSERT INTO runs (id, name, experiment, status, source, command, created_at, started_at, ended_at, git_commit, git_branch, git_dirty, host, identity)
     VALUES (?, ?, ?, 'finished', 'sdk', '["python","train.py","--lr","0.1"]', ?, ?, ?, ?, 'main', 0, 'box', ?)`,
  );
  const series = db.prepare(
    'INSERT INTO series (run, key, count, last, min, max, last_step, last_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const chunk = db.prepare(
    'INSERT INTO chunks (series, seq, count, first_step, last_step, points) VALUES (?, 0, ?, 0, ?, ?)',
  );
  const param = db.prepare('INSERT INTO params (run, key, value, number) VALUES (?, ?, ?, ?)');
  const tag = db.prepare('INSERT INTO tags (run, key, value) VALUES (?, ?, ?)');
  const identity = JSON.stringify({ env: { PATH: 'x'.repeat(2000) } });
  const bytes = Buffer.alloc(POINTS * 20);
  db.transaction(() => {
    for (let i = 0; i < RUNS; i++) {
      const at = 1_700_000_000_000 + i * 1000;
      const pk = run.run(
        newRunId(at),
        `run-${i}`,
        `experiment-${i % 7}`,
        at,
        at,
        at + 60_000 + i,
        'ab'.repeat(20),
        identity,
      ).lastInsertRowid;
      for (const key of METRICS) {
        const value = i % 50 === 0 ? null : Math.random();
        const at = series.run(pk, key, POINTS, value, value, value, POINTS - 1, 1).lastInsertRowid;
        chunk.run(at, POINTS, POINTS - 1, bytes);
      }
      for (const key of PARAMS) param.run(pk, key, String(i % 13), i % 13);
      tag.run(pk, 'owner', `person-${i % 5}`);
    }
  })();
  return db;
}

function median(work: () => unknown): number {
  work();
  const times = Array.from({ length: REPEATS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return Number(times[REPEATS >> 1]!.toFixed(2));
}

const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
try {
  const db = fill(join(folder, 'index.db'));
  const project = { id: 'bench', root: folder, db, trusted: true };
  const runs = createRuns({
    projects: { get: () => project, all: () => [project] },
    ingest: { touch() {}, sync: () => Promise.resolve() },
    events: createEvents(),
    log: silentLog,
    clock: { now: () => Date.now() },
  });
  const page = (sort: string, desc: boolean, filter = '', offset = 0): number =>
    median(() =>
      runs.list({ project: 'bench', filter, sort: { key: sort, desc }, offset, metrics: METRICS, params: PARAMS }),
    );
  const result = {
    runs: RUNS,
    pageMs: {
      newest: page('createdAt', true),
      metric: page('metric:val/loss', false),
      metricDescending: page('metric:val/loss', true),
      metricLastPage: page('metric:val/loss', false, '', RUNS - 100),
      metricMin: page('metric:val/loss:min', false),
      param: page('param:lr', true),
      name: page('name', false),
      duration: page('duration', true),
      textFilter: page('createdAt', true, 'run-123'),
      metricFilter: page('metric:val/loss', false, 'metric.acc>0.9 status:finished'),
    },
    columnsMs: median(() => runs.columns({ project: 'bench' })),
    limits: { metricMs: 30 },
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = result.pageMs.metric <= 30 ? 0 : 1;
  db.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
