import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../platform/files.ts';
import { assayFolder } from '../projects/layout.ts';
import type { Stamp } from './file-hash.ts';

/** What was known of a dataset's files when they were last read, so that unchanged ones are not read again. */
export type Memory = {
  /** the id of the whole */
  readonly hash: string | null;
  readonly files: ReadonlyMap<string, { readonly stamp: Stamp; readonly md5: string }>;
};

const EMPTY: Memory = { hash: null, files: new Map() };
const MAGIC = 'assay-stat-1';
/** Times of a file system may stand still for some milliseconds: a file written just now may change again under the same time. */
const RACY_MS = 50;

/** Where it is kept: in the project's own folder, never in DVC's. */
export const memoryFile = (project: string, path: string, legacy: boolean): string =>
  join(
    assayFolder(project),
    'data',
    `${createHash('sha256').update(`${legacy}\0${path}`).digest('hex').slice(0, 32)}.stat`,
  );

/** Empty when there is none or it is damaged: everything is then read again. */
export function readMemory(path: string): Memory {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return EMPTY;
  }
  const end = text.indexOf('\0');
  const [magic, digest, hash] = text.slice(0, end).split(' ');
  const body = text.slice(end + 1);
  if (end < 0 || magic !== MAGIC || digest !== digestOf(body)) return EMPTY;
  const files = new Map<string, { stamp: Stamp; md5: string }>();
  for (const record of body.split('\0')) {
    if (record === '') continue;
    const parts = splitHead(record);
    files.set(parts[5], { stamp: [+parts[0], +parts[1], +parts[2], +parts[3]], md5: parts[4] });
  }
  return { hash: hash || null, files };
}

/** The five fields before the path, and the path, which may hold spaces. */
function splitHead(record: string): [string, string, string, string, string, string] {
  const parts: string[] = [];
  let at = 0;
  for (let i = 0; i < 5; i++) {
    const next = record.indexOf(' ', at);
    parts.push(record.slice(at, next));
    at = next + 1;
  }
  parts.push(record.slice(at));
  return parts as [string, string, string, string, string, string];
}

/** @param readAt when reading the files began, ms: files newer than that are not remembered, and so not the whole */
export function writeMemory(
  path: string,
  hash: string,
  files: Iterable<{ relpath: string; stamp: Stamp; md5: string }>,
  readAt: number,
): void {
  let complete = true;
  const records: string[] = [];
  for (const { relpath, stamp, md5 } of files) {
    if (Math.max(stamp[1], stamp[2]) > readAt - RACY_MS) complete = false;
    else records.push(`${stamp.join(' ')} ${md5} ${relpath}`);
  }
  const body = records.join('\0');
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, `${MAGIC} ${digestOf(body)} ${complete ? hash : ''}\0${body}`);
}

const digestOf = (body: string): string => createHash('md5').update(body).digest('hex');
