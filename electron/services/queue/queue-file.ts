import { z } from 'zod';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import { makeAssayFolder } from '../projects/init.ts';
import { queueFile } from '../projects/layout.ts';

/**
 * `.assay/queue.json`. Which runs wait is told by their folders (`request.json` without `run.json`); this file says in which order, so that two
 * writers at once can at worst lose an order, never a run: the index finds it again.
 */
const QueueFile = z.object({
  paused: z.boolean().catch(false),
  cpuSlots: z.number().int().min(1).max(256).catch(1),
  order: z.array(z.string()).catch([]),
});
export type QueueFile = z.infer<typeof QueueFile>;

export function readQueueFile(root: string): QueueFile {
  return QueueFile.catch({ paused: false, cpuSlots: 1, order: [] }).parse(readJson(queueFile(root)));
}

export function writeQueueFile(root: string, value: QueueFile): void {
  makeAssayFolder(root);
  writeFileAtomic(queueFile(root), JSON.stringify(value, null, 2));
}

/** Puts a run last. */
export function enqueue(root: string, run: string): void {
  const file = readQueueFile(root);
  writeQueueFile(root, { ...file, order: [...file.order, run] });
}

/** The waiting runs in their order: as the file says, then those it does not know, oldest first (ids sort by time). */
export function inOrder(order: readonly string[], waiting: readonly string[]): string[] {
  const known = order.filter((run) => waiting.includes(run));
  const rest = waiting.filter((run) => !known.includes(run)).sort();
  return [...new Set([...known, ...rest])];
}

/** The same order with one run put before another, or last. */
export function moved(order: readonly string[], run: string, before: string | null): string[] {
  const others = order.filter((one) => one !== run);
  const at = before === null ? -1 : others.indexOf(before);
  return at < 0 ? [...others, run] : [...others.slice(0, at), run, ...others.slice(at)];
}
