import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expandHome } from '../git/config-file.ts';
import type { LfsContext } from './context.ts';

/**
 * What git itself needs to handle files of Git LFS, as a sentence; null when all of it is there. Assay needs none of it, but whoever says
 * `git add` or `git push` does.
 */
export function installHint({ repository, config }: LfsContext): string | null {
  if (config.get('filter.lfs.clean') === null && config.get('filter.lfs.process') === null)
    return 'git itself does not know Git LFS here yet: install git-lfs and run "git lfs install" once, or it will take these files for changed.';
  const configured = config.get('core.hookspath');
  const hooks = configured ? resolve(repository.top, expandHome(configured)) : join(repository.commonFolder, 'hooks');
  try {
    if (/git[- ]lfs/.test(readFileSync(join(hooks, 'pre-push'), 'utf8'))) return null;
  } catch {
    // no hook
  }
  return '"git push" sends no objects from here yet: "assay data push" does, or run "git lfs install" in this repository once.';
}
