import { z } from 'zod';
import { isRunId } from '../../../shared/ids.ts';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import { isQueued } from '../launch/run-folder.ts';
import { makeAssayFolder } from '../projects/init.ts';
import { queueFile, runFolder } from '../projects/layout.ts';

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

/** Puts a run last. Those that wait no more are taken out, so that the file does not grow with every run there ever was. */
export function enqueue(root: string, run: string): void {
  const file = readQueueFile(root);
  const order = file.order.filter((one) => one !== run && isRunId(one) && isQueued(runFolder(root, one)));
  writeQueueFile(root, { ...file, order: [...order, run] });
}

/** The waiting runs in their order: as the file says, then those it does not know, oldest first (ids sort by time). */
export function inOrder(order: readonly string[], waiting: readonly string[]): string[] {
  const waits = new Set(waiting);
  // a set keeps its first order, so those that the file knows stay before the rest
  return [...new Set([...order.filter((run) => waits.has(run)), ...[...waiting].sort()])];
}

/** The same order with one run put before another, or last. */
export function moved(order: readonly string[], run: string, before: string | null): string[] {
  const others = order.filter((one) => one !== run);
  const at = before === null ? -1 : others.indexOf(before);
  return at < 0 ? [...others, run] : [...others.slice(0, at), run, ...others.slice(at)];
}
