import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { takeFileLock } from '../../db/file-lock.ts';
import { writeError, writeFileAtomic } from '../../platform/files.ts';
import type { GitService } from '../git/service.ts';
import type { Definition } from '../projects/definition.ts';
import { makeAssayFolder } from '../projects/init.ts';
import { assayFolder } from '../projects/layout.ts';
import { definitionPath } from './layout.ts';

/** One change of a registry at a time, over all processes of this machine. */
export async function oneAtATime<T>(root: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  makeAssayFolder(root);
  const release = await takeFileLock(join(assayFolder(root), 'models.lock'), signal);
  try {
    return await work();
  } finally {
    release();
  }
}

/** @throws AppError BAD_REQUEST for a definition of the project that cannot be read */
export const commitsAtOnce = (definition: Definition | null): boolean => definition?.models?.commit !== false;

/**
 * Writes the definition of a new version as a whole or not at all, and never over another one.
 * @throws AppError CONFLICT when that version is there
 */
export function writeNewDefinition(root: string, name: string, version: string, text: string): void {
  const path = join(root, definitionPath(name, version));
  const temporary = join(dirname(path), `.${version}.new`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileAtomic(temporary, text);
    // unlike a rename, a link never replaces what is there
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken(name, version);
    throw writeError(path, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

export const taken = (name: string, version: string): AppError =>
  new AppError(
    'CONFLICT',
    `${name} ${version} is registered already, and a version never changes. Choose another version, or let Assay propose one.`,
    { name, version },
  );

/**
 * The commit that a version's tag belongs on: the newest one that changed the definition, if it has it as it is now; null when it is not
 * committed so.
 */
export async function commitOf(git: GitService, root: string, path: string, text: string): Promise<string | null> {
  const [newest] = await git.fileHistory(root, path, 1);
  return newest && newest.text === text ? newest.commit : null;
}
