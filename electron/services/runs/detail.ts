import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact, DatasetUse, RunDetail } from '../../../shared/contract/runs.ts';
import { AppError } from '../../../shared/errors.ts';
import { runFolder } from '../projects/layout.ts';
import type { OpenProject } from '../projects/open-project.ts';
import { listArtifacts } from './artifacts.ts';
import { parseIdentity } from './identity.ts';
import { parseValue, readRows } from './rows.ts';
import { fileInside, folderOfRun } from './run-files.ts';

const MAX_ARTIFACTS = 5000;
const MAX_CHILDREN = 1000;

/**
 * All that is known of a run, from the index and its folder. A run whose folder is gone shows what the index has.
 * @throws AppError NOT_FOUND
 */
export function readDetail(project: OpenProject, run: string): RunDetail {
  // one view of the index: a waiting run that starts gets another row, and is not to be missed in between
  return project.db.transaction(() => read(project, run))();
}

function read({ db, root }: OpenProject, run: string): RunDetail {
  const stored = db
    .prepare<[string], { pk: number; identity: string; bad_lines: number }>(
      'SELECT pk, identity, bad_lines FROM runs WHERE id = ?',
    )
    .get(run);
  if (!stored) throw noRun(run);
  const { pk } = stored;
  const row = readRows(db, [pk], {})[0];
  if (!row) throw noRun(run);
  const identity = parseIdentity(stored.identity);
  const folder = folderOrNull(root, run);
  const logged = db
    .prepare<[number, number], Artifact>(
      'SELECT path, size, kind, key, step, caption FROM artifacts WHERE run = ? ORDER BY path LIMIT ?',
    )
    .all(pk, MAX_ARTIFACTS);
  return {
    ...row,
    folder: folder ?? runFolder(root, run),
    cwd: identity.cwd,
    restartOf: identity.restartOf,
    children: db
      .prepare<[string, number], RunDetail['children'][number]>(
        'SELECT id, name, status FROM runs WHERE parent = ? AND deleted_at IS NULL ORDER BY created_at LIMIT ?',
      )
      .all(run, MAX_CHILDREN),
    summary: Object.fromEntries(
      db
        .prepare<[number], { key: string; value: string }>('SELECT key, value FROM summaries WHERE run = ?')
        .all(pk)
        .map(({ key, value }) => [key, parseValue(value)]),
    ),
    env: identity.env,
    python: identity.python,
    host: identity.host,
    remote: identity.git?.remote ?? null,
    skippedFiles: identity.git?.skipped ?? [],
    hasPatch: folder !== null && existsSync(join(folder, 'patch.diff')),
    hasPackages: folder !== null && existsSync(join(folder, 'packages.txt')),
    logBytes: { stdout: sizeOf(folder, 'stdout.log'), stderr: sizeOf(folder, 'stderr.log') },
    datasets: db
      .prepare<[number], DatasetUse>(
        `SELECT path, nullif(role, '') AS role, hash, size, version FROM datasets WHERE run = ? ORDER BY path, role`,
      )
      .all(pk),
    artifacts: folder === null ? logged : listArtifacts(folder, logged),
    badLines: stored.bad_lines,
  };
}

export function noRun(run: string): AppError {
  return new AppError('NOT_FOUND', 'There is no such run in this project. It may have been purged.', { run });
}

function folderOrNull(root: string, run: string): string | null {
  try {
    return folderOfRun(root, run);
  } catch {
    return null;
  }
}

function sizeOf(folder: string | null, name: string): number {
  if (folder === null) return 0;
  try {
    return fileInside(folder, name)?.stats.size ?? 0;
  } catch {
    return 0;
  }
}
