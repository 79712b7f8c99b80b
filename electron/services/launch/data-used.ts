import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../shared/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { CurrentVersion } from '../datasets/current.ts';
import { tableFormat } from '../tables/source.ts';
import { stagesOf } from './dvc-stage.ts';

/** A start waits at most this long for data that was never read before. */
const WAIT_MS = 20_000;
const MOST = 200;

export type DataUsed = CurrentVersion & { readonly role: string | null };

/** What the launcher needs of the data of a project. */
export type DataOf = {
  current(
    input: { project: string; paths: readonly string[] },
    work: { signal: AbortSignal },
  ): Promise<(CurrentVersion | null)[]>;
};

type Run = {
  project: { id: string; root: string };
  request: { command: readonly string[]; cwd: string; datasets: readonly string[] };
  /** whether git keeps a path, so that it is code */
  isCode: (path: string) => Promise<boolean>;
};

/**
 * The data that a run is about to read, with the versions it has now: what the person named, and what the stages of `dvc.yaml` that the
 * command runs depend on, code left out (what git keeps, unless it is a table). It never keeps a run from starting: what cannot be read in time has no hash.
 */
export async function dataUsed(data: DataOf, { project, request, isCode }: Run, log: Log): Promise<DataUsed[]> {
  const wanted = new Map<string, string | null>(request.datasets.map((path) => [path, null]));
  for (const { stage, deps } of await stagesOf(project.root, request.cwd, request.command)) {
    for (const path of deps) {
      if (wanted.has(path) || path.startsWith('../') || !existsSync(join(project.root, path))) continue;
      if (tableFormat(path) !== null || !(await isCode(path))) wanted.set(path, stage);
    }
  }
  const paths = [...wanted.keys()].slice(0, MOST);
  if (paths.length === 0) return [];
  const roleOf = (path: string): string | null => wanted.get(path) ?? null;
  try {
    const found = await data.current({ project: project.id, paths }, { signal: AbortSignal.timeout(WAIT_MS) });
    return found.map((one, i) => ({
      ...(one ?? { path: paths[i]!, hash: null, size: null }),
      role: roleOf(paths[i]!),
    }));
  } catch (error) {
    log.warn('the versions of the data of a run are not known', { error: messageOf(error) });
    return paths.map((path) => ({ path, hash: null, size: null, role: roleOf(path) }));
  }
}
