import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../shared/errors.ts';

/** Assay's own data folder (recent projects, settings, logs): `$ASSAY_HOME`, else the platform's usual place. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.ASSAY_HOME) return resolve(env.ASSAY_HOME);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Assay');
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Assay');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'assay');
}

/** True when `path` is `root` or lies below it. Both absolute and already resolved. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
}

/**
 * The absolute path of something below `root`, symlinks resolved.
 * @throws AppError BAD_REQUEST when the path leads outside, NOT_FOUND when there is nothing
 */
export function resolveInside(root: string, path: string): string {
  const outside = new AppError('BAD_REQUEST', `"${path}" leads outside the folder it must stay in.`);
  if (path.includes('\0') || isAbsolute(path)) throw outside;
  const wanted = resolve(root, path);
  if (!isInside(resolve(root), wanted)) throw outside;
  let real: string;
  let realRoot: string;
  try {
    realRoot = realpathSync(root);
    real = realpathSync(wanted);
  } catch {
    throw new AppError('NOT_FOUND', `There is no "${path}" here. It may have been moved or deleted.`);
  }
  if (!isInside(realRoot, real)) throw outside;
  return real;
}
