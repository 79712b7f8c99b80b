import type { ProjectState } from '../../../shared/contract/projects.ts';
import type { Db } from '../../db/open.ts';

/** How many runs a project has, by what the rail and the welcome page show. */
export function countRuns(db: Db): ProjectState['runs'] {
  return db
    .prepare<[], ProjectState['runs']>(
      `SELECT count(*) FILTER (WHERE deleted_at IS NULL) AS total,
              count(*) FILTER (WHERE deleted_at IS NULL AND status = 'running') AS active,
              count(*) FILTER (WHERE deleted_at IS NULL AND status = 'queued') AS queued,
              count(*) FILTER (WHERE deleted_at IS NOT NULL) AS deleted
       FROM runs`,
    )
    .get()!;
}
