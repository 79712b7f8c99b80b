import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder, writeFileAtomic } from '../../platform/files.ts';
import { assayFolder } from '../projects/layout.ts';
import { Happening } from './notice.ts';

/** One message to one channel: `.assay/notifications/<id>.json`, from the moment it is wanted. Ids sort by time. */
export const Queued = z.object({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  channel: z.string(),
  what: Happening,
  title: z.string(),
  at: z.number(),
  /** from when on a day is tried: later than `at` when a person had it tried again */
  since: z.number(),
  state: z.enum(['waiting', 'sent', 'failed']),
  attempts: z.number(),
  nextAt: z.number().nullable(),
  error: z.string().nullable(),
});
export type Queued = z.infer<typeof Queued>;

/** Settled messages that are kept to be looked at. */
const KEEP = 200;
const MAX_BYTES = 1_000_000;

export const queueFolder = (root: string): string => join(assayFolder(root), 'notifications');
const fileOf = (root: string, id: string): string => join(queueFolder(root), `${id}.json`);

/** @throws AppError UNAVAILABLE when it cannot be written */
export function putQueued(root: string, item: Queued): void {
  makeFolder(queueFolder(root));
  writeFileAtomic(fileOf(root, item.id), JSON.stringify(item), 0o600);
}

/** Null when it is gone or cannot be read. */
export function readQueued(root: string, id: string): Queued | null {
  if (!/^[0-9a-f]{32}$/.test(id)) return null;
  try {
    const text = readFileSync(fileOf(root, id), 'utf8');
    if (text.length > MAX_BYTES) return null;
    const item = Queued.parse(JSON.parse(text));
    return item.id === id ? item : null;
  } catch {
    return null;
  }
}

/** Newest first. Files that are no messages are left alone. */
export function listQueued(root: string): Queued[] {
  return idsIn(root).flatMap((id) => readQueued(root, id) ?? []);
}

/** Forgets the oldest of those that are sent or given up. */
export function prune(root: string): void {
  // only when it is worth reading them all
  if (idsIn(root).length <= KEEP + 50) return;
  const settled = listQueued(root).filter(({ state }) => state !== 'waiting');
  for (const { id } of settled.slice(KEEP)) rmSync(fileOf(root, id), { force: true });
}

function idsIn(root: string): string[] {
  let names: string[];
  try {
    names = readdirSync(queueFolder(root));
  } catch {
    return [];
  }
  return names
    .flatMap((name) => /^([0-9a-f]{32})\.json$/.exec(name)?.[1] ?? [])
    .sort()
    .reverse();
}
