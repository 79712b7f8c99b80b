import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import { isGitIgnored } from './repo-files.ts';

/** The line that DVC writes for data (scmrepo's `ignore`): `/name`, with what gitignore(5) would take for a pattern escaped. */
const lineFor = (full: string): string =>
  `/${basename(full)
    .replace(/[[\]!*#?\\]/g, '\\$&')
    .replace(/ +$/, (end) => '\\ '.repeat(end.length))}`;

const fileBeside = (full: string): string => {
  const path = join(dirname(full), '.gitignore');
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new AppError(
      'BAD_REQUEST',
      `${path} is a link. Replace it by a file, or change ${lineFor(full)} in it yourself.`,
    );
  return path;
};

/** Adds `/name` to the `.gitignore` beside the data, as DVC writes it, unless git ignores it already. */
export function ignoreInGit(gitTop: string, full: string, isFolder: boolean): void {
  if (isGitIgnored(gitTop, full, isFolder)) return;
  const path = fileBeside(full);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  writeFileAtomic(path, `${before}${separator}${lineFor(full)}\n`);
}

/** Takes that line away again; a `.gitignore` that is empty then goes with it, as DVC does. */
export function unignoreInGit(full: string): void {
  const path = fileBeside(full);
  if (!existsSync(path)) return;
  const before = readFileSync(path, 'utf8');
  const lines = before.split('\n');
  const left = lines.filter((line) => line.replace(/\r$/, '') !== lineFor(full));
  if (left.length === lines.length) return;
  if (left.join('').trim() === '') rmSync(path);
  else writeFileAtomic(path, left.join('\n'));
}
