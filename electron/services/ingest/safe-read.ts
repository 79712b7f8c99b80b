import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

/** A run's folder may come with a repository: a pipe in place of a file would hold up the reader for ever, a huge one fill its memory. */
const MAX_JSON = 33_554_432;

/** Opens a regular file to read; null when there is none. The caller closes it. */
export function openRegular(path: string): { fd: number; stats: Stats } | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return null;
  }
  const stats = fstatSync(fd);
  if (stats.isFile()) return { fd, stats };
  closeSync(fd);
  return null;
}

export type JsonFile = { readonly value: Record<string, unknown>; readonly modifiedAt: number };

/** A file that should hold a JSON object; an empty object when it holds something else, null when there is no file. Times in epoch ms. */
export function readJsonFile(path: string): JsonFile | null {
  const file = openRegular(path);
  if (!file) return null;
  try {
    return {
      value: file.stats.size > MAX_JSON ? {} : parse(readFileSync(file.fd, 'utf8')),
      modifiedAt: file.stats.mtimeMs,
    };
  } finally {
    closeSync(file.fd);
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && isShallow(value) ? value : {};
  } catch {
    return {};
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MAX_DEPTH = 100;

/** False for what is nested so deeply that writing it as JSON again could overflow the stack, and that SQLite (1,000) could not look into. */
export function isShallow(value: unknown, depth = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((one) => isShallow(one, depth - 1));
}

export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export const finiteOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
