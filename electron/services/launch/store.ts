import type { Db } from '../../db/open.ts';

export type RunningRow = {
  run: string;
  name: string;
  startedAt: number | null;
  gpus: number[];
  source: 'launch' | 'sdk';
};

/** The runs that the index believes to be running, in the order of their start. */
export function runningRuns(db: Db): RunningRow[] {
  return db
    .prepare<[], Omit<RunningRow, 'gpus'> & { gpus: string }>(
      `SELECT id AS run, name, started_at AS startedAt, gpus, source FROM runs
       WHERE status = 'running' ORDER BY started_at`,
    )
    .all()
    .map((row) => ({ ...row, gpus: JSON.parse(row.gpus) as number[] }));
}

/** The runs that the index believes to be waiting, and whether they are in the trash. */
export function queuedRuns(db: Db): { run: string; deleted: boolean }[] {
  return db
    .prepare<[], { run: string; deleted: number }>(
      `SELECT id AS run, deleted_at IS NOT NULL AS deleted FROM runs WHERE status = 'queued'`,
    )
    .all()
    .map(({ run, deleted }) => ({ run, deleted: deleted === 1 }));
}
