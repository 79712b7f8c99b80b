import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseIndex } from '../git/index-file.ts';
import { findRepository } from '../git/repository.ts';

/**
 * Whether a project can have anything in Git LFS: a store, or a line that gives files to it. Told from a few small files, so that whoever
 * has none waits for no thread that reads git.
 */
export function isLfsInUse(project: string): boolean {
  const repository = findRepository(realpathSync(project));
  if (!repository) return false;
  const { top, gitFolder, commonFolder } = repository;
  if (existsSync(join(commonFolder, 'lfs'))) return true;
  const config = join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'git', 'attributes');
  const ownConfig = textOf(join(homedir(), '.gitconfig')) + textOf(join(commonFolder, 'config'));
  // where that file is, only the full reading of git's configuration says
  if (/attributesfile/i.test(ownConfig)) return true;
  const always = [
    join(project, '.gitattributes'),
    join(top, '.gitattributes'),
    join(commonFolder, 'info', 'attributes'),
  ];
  if ([config, ...always].some(givesToLfs)) return true;
  const index = join(gitFolder, 'index');
  if (!existsSync(index)) return false;
  return parseIndex(readFileSync(index)).some(({ path }) => {
    if (!/(^|\/)\.gitattributes$/.test(path)) return false;
    const full = join(top, path);
    return !existsSync(full) || givesToLfs(full);
  });
}

const givesToLfs = (path: string): boolean => textOf(path).includes('filter=lfs');

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
