import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ModelName, ModelVersion } from '../../../../shared/contract/models.ts';
import { AppError } from '../../../../shared/errors.ts';
import { makeFolder } from '../../../platform/files.ts';

const inside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}${sep}`);

/** The real path of what is there of a path: of itself, or of the nearest folder above it. */
function real(path: string): string {
  for (let at = path; ; at = dirname(at))
    if (existsSync(at) || dirname(at) === at) return join(realpathSync(at), relative(at, path));
}

/**
 * The folder of a target: absolute as a person wrote it, or inside the project.
 * @throws AppError BAD_REQUEST when a relative one leads out of the project, also by a link, or into what git or Assay keeps there
 */
export function targetFolder(root: string, path: string): string {
  const whole = resolve(root, path);
  if (isAbsolute(path)) return whole;
  const [home, at] = [realpathSync(root), real(whole)];
  const kept = ['.git', '.assay', '.dvc', 'models'].some((name) => inside(at, join(home, name)));
  if (!inside(at, home) || at === home || kept)
    throw new AppError(
      'BAD_REQUEST',
      `The folder ${path} of the target ${kept || at === home ? 'belongs to git, DVC or Assay' : 'leads out of the project'}. Name one inside the project, such as out, or an absolute path.`,
    );
  return whole;
}

/** Where things of one model are below the target's folder. */
export function placesOf(folder: string, name: string) {
  const home = join(folder, ModelName.parse(name));
  const beside = join(home, '.assay');
  return {
    home,
    aliases: join(beside, 'aliases'),
    versions: join(beside, 'versions'),
    incoming: join(beside, 'incoming'),
    files: (version: string): string => join(home, ModelVersion.parse(version)),
    beside: (version: string): string => join(beside, 'versions', ModelVersion.parse(version)),
  };
}

const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

/**
 * Makes folders below the target's own, none of which may be a link that somebody laid there.
 * @throws AppError CONFLICT for a link, UNAVAILABLE when one cannot be made
 */
export function makeBelow(folder: string, ...paths: string[]): void {
  makeFolder(folder);
  for (const path of paths) {
    refuseLinks(folder, path);
    makeFolder(path);
  }
}

/** @throws AppError CONFLICT when a part of the path below the folder is a link */
export function refuseLinks(folder: string, path: string): void {
  const parts = relative(folder, path).split(sep);
  for (let i = 1; i <= parts.length; i++) {
    const at = join(folder, ...parts.slice(0, i));
    if (isLink(at))
      throw new AppError(
        'CONFLICT',
        `${at} is a link that leads elsewhere. Remove it; Assay writes and reads no model through links.`,
      );
  }
}
