import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { isInside } from '../../platform/paths.ts';

/** A file that will become part of a version: `path` is its name there. */
export type SourceFile = { readonly file: string; readonly path: string; readonly size: number };

const MOST_FILES = 10_000;
const MOST_DEPTH = 64;

/**
 * The files of a model: the one that it is, or all below a folder. A link counts as what it leads to as long as that lies below `root`.
 * @param root absolute; nothing outside of it is taken
 * @param path from `root`, or absolute
 * @throws AppError NOT_FOUND, BAD_REQUEST for links that lead outside, special files, an empty folder, too many files and names that targets
 * cannot bear
 */
export function collectFiles(root: string, path: string): SourceFile[] {
  const realRoot = realpathSync(root);
  const wanted = isAbsolute(path) ? path : resolve(realRoot, path);
  const top = realOf(realRoot, wanted, path);
  const stat = lstatSync(top);
  if (stat.isFile()) return [{ file: top, path: checkPath(basename(wanted)), size: stat.size }];
  if (!stat.isDirectory()) throw special(path);
  const files: SourceFile[] = [];
  // a link to a folder above would go round for ever
  const visit = (folder: string, below: string, above: readonly string[]): void => {
    if (above.length > MOST_DEPTH || above.includes(folder))
      throw new AppError('BAD_REQUEST', `${path}/${below} goes round in a circle, or is too deep. Take the link out.`);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const name = below + entry.name;
      const full = entry.isSymbolicLink() ? realOf(realRoot, join(folder, entry.name), name) : join(folder, entry.name);
      const found = lstatSync(full, { throwIfNoEntry: false });
      if (!found) continue;
      if (found.isDirectory()) {
        if (entry.name !== '.git' && entry.name !== '.assay') visit(full, `${name}/`, [...above, folder]);
      } else if (found.isFile()) {
        if (files.length === MOST_FILES)
          throw new AppError(
            'BAD_REQUEST',
            `${path} has more than 10,000 files. Pack them into an archive, or name a folder inside it.`,
          );
        files.push({ file: full, path: checkPath(name), size: found.size });
      } else throw special(`${path}/${name}`);
    }
  };
  visit(top, '', []);
  if (files.length === 0) throw new AppError('BAD_REQUEST', `${path} is an empty folder, so there is no model in it.`);
  return inOrder(files);
}

/** In order of their paths, as definitions have them. */
export const inOrder = <T extends { readonly path: string }>(files: readonly T[]): T[] =>
  [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

function realOf(realRoot: string, wanted: string, shown: string): string {
  let real: string;
  try {
    // the folder's links too: /tmp may be one itself
    real = realpathSync(wanted);
  } catch {
    throw new AppError('NOT_FOUND', `There is no "${shown}" here. It may have been moved or deleted.`);
  }
  if (!isInside(realRoot, real))
    throw new AppError(
      'BAD_REQUEST',
      `"${shown}" leads outside the folder it must stay in. Copy what it leads to into the project.`,
    );
  return real;
}

/** A path from the project's folder, with `/`. */

/**
 * A path inside a version as every target can keep it.
 * @throws AppError BAD_REQUEST
 */
export function checkPath(path: string): string {
  const parts = path.split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  const bad = /[\x00-\x1f\x7f\\]/.test(path) || parts.some((part) => part === '' || part === '.' || part === '..');
  if (bad || path.length > 1000 || !path.isWellFormed() || path.includes('\ufffd'))
    throw new AppError(
      'BAD_REQUEST',
      `The name ${JSON.stringify(path.slice(0, 200))} cannot be kept by every target. Use plain letters, digits and signs, and no backslash.`,
    );
  return path;
}

const special = (path: string): AppError =>
  new AppError('BAD_REQUEST', `${path} is neither a file nor a folder. A model is made of plain files.`);
