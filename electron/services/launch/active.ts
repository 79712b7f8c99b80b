import { readState, thisMachine } from '../ingest/state.ts';
import { runFolder } from '../projects/layout.ts';
import type { OpenProject } from '../projects/open-project.ts';
import { readProcessFile } from './run-folder.ts';
import { type RunningRow, runningRuns } from './store.ts';

/** A run that is under way; `pid` leads its processes, 0 while they are not known yet. */
export type ActiveRun = RunningRow & { readonly project: string; readonly pid: number };

/** The runs of these projects that are under way: what the indexes say, checked against files and processes. */
export function activeRuns(projects: readonly OpenProject[]): ActiveRun[] {
  const machine = thisMachine();
  return projects.flatMap(({ id, root, db }) =>
    runningRuns(db).flatMap((row) => {
      const folder = runFolder(root, row.run);
      if (readState(folder, true, machine).status !== 'running') return [];
      return [{ ...row, project: id, pid: readProcessFile(folder)?.child.pid ?? 0 }];
    }),
  );
}
