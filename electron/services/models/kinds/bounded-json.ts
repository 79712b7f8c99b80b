import { closeSync, openSync, readSync } from 'node:fs';
import { Damaged } from './forward.ts';

/** The value of a JSON file, `limit` bytes at most; null when it is longer or none. */
export function jsonUpTo(file: string, size: number, limit: number): unknown {
  if (size > limit) return null;
  try {
    return JSON.parse(piece(file, 0, size).toString());
  } catch {
    return null;
  }
}

/** Some bytes of a file. @throws Damaged when they are not there */
export function piece(file: string, from: number, length: number): Buffer {
  const fd = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const got = readSync(fd, buffer, 0, length, from);
    if (got < length) throw new Damaged('it ends before what it announces');
    return buffer;
  } finally {
    closeSync(fd);
  }
}

/** A member of a parsed object; undefined for whatever else. */
export const member = (value: unknown, ...keys: string[]): unknown =>
  keys.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && !Array.isArray(at) && Object.hasOwn(at, key)
        ? (at as Record<string, unknown>)[key]
        : undefined,
    value,
  );
