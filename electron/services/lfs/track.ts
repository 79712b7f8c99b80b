import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';

const ATTRIBUTES = 'filter=lfs diff=lfs merge=lfs -text';

/** The pattern of `.gitattributes` that means exactly one path below its folder, as git-lfs escapes it. */
export const patternForFile = (path: string): string =>
  escapePattern(`${path.includes('/') ? '' : '/'}${path.replaceAll(/[\\*?[\]]/g, '\\$&')}`);

/** The pattern that means everything below a folder. */
export const patternForFolder = (path: string): string => escapePattern(`${path.replaceAll(/[\\*?[\]]/g, '\\$&')}/**`);

/** What git-lfs makes of a pattern that somebody typed: spaces would end it and `#` would begin a comment. */
export const escapePattern = (pattern: string): string => pattern.replaceAll(' ', '[[:space:]]').replaceAll('#', '\\#');

/**
 * Adds lines for patterns to a text of `.gitattributes`, as `git lfs track` writes them: at the end, with the line ends that are there.
 * Patterns that have such a line already get no second one.
 */
export function withPatterns(text: string, patterns: readonly string[]): string {
  const lineEnd = /\r\n/.test(text) ? '\r\n' : '\n';
  const known = new Set(text.split(/\r?\n/));
  const missing = patterns.map((pattern) => `${pattern} ${ATTRIBUTES}`).filter((line) => !known.has(line));
  if (missing.length === 0) return text;
  const separator = text === '' || text.endsWith('\n') ? '' : lineEnd;
  return `${text}${separator}${missing.map((line) => line + lineEnd).join('')}`;
}

/**
 * Adds the patterns to the `.gitattributes` of a folder; returns the text that it has then.
 * @throws AppError BAD_REQUEST when it is a link
 */
export function trackPatterns(folder: string, patterns: readonly string[]): string {
  const path = join(folder, '.gitattributes');
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new AppError('BAD_REQUEST', `${path} is a link, and git reads no attributes from one. Replace it by a file.`);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const after = withPatterns(before, patterns);
  if (after !== before) writeFileAtomic(path, after);
  return after;
}

/**
 * Takes the line of exactly this pattern out of the `.gitattributes` of a folder; the text without it, null when there is none.
 * @param write false only looks
 */
export function untrackPattern(folder: string, pattern: string, write: boolean): string | null {
  const path = join(folder, '.gitattributes');
  if (!existsSync(path) || lstatSync(path).isSymbolicLink()) return null;
  const lines = readFileSync(path, 'utf8').split('\n');
  const left = lines.filter((line) => line.replace(/\r$/, '') !== `${pattern} ${ATTRIBUTES}`);
  if (left.length === lines.length) return null;
  const text = left.join('\n');
  if (write) writeFileAtomic(path, text);
  return text;
}
