import type { RunDetail } from '../../../../shared/contract/runs.ts';
import { formatCommand } from '../../../lib/format.ts';

type Recorded = Pick<RunDetail, 'git' | 'hasPatch' | 'folder' | 'cwd' | 'command' | 'hasPackages'>;

/**
 * The commands that bring back the code of a run and run it again, for a POSIX shell in the project's folder; empty when the code was
 * not recorded. The work goes into a worktree of its own, so that nothing of the reader's is touched.
 */
export function reproduceCommands(run: Recorded): string[] {
  const commit = run.git?.commit;
  if (!commit) return [];
  const place = `../reproduce-${commit.slice(0, 7)}`;
  const lines = [`git worktree add ${place} ${commit}`, `cd ${place}`];
  if (run.hasPatch) lines.push(applyCommand(run.folder));
  if (run.hasPackages) lines.push(formatCommand(['pip', 'install', '-r', `${run.folder}/packages.txt`]));
  if (run.cwd && run.cwd !== '.' && !run.cwd.startsWith('/')) lines.push(formatCommand(['cd', run.cwd]));
  if (run.command.length > 0) lines.push(formatCommand(run.command));
  return lines;
}

/** Puts the run's uncommitted changes on top of its commit. */
export function applyCommand(folder: string): string {
  return formatCommand(['git', 'apply', '--binary', `${folder}/patch.diff`]);
}
