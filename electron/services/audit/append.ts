import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '../../../shared/contract/audit.ts';
import { makeFolder, writeError, writeFileAtomic } from '../../platform/files.ts';
import { auditFolder } from '../models/layout.ts';
import { ATTRIBUTES, chainName, filesOf, GENESIS, linesOf, sealed } from './chain.ts';
import { tailOf, writersOf } from './tail.ts';
import { type ChainHead, newWriter, readKept, readWriter, writeKept } from './writer.ts';

type NewEvent = Pick<AuditEvent, 'at' | 'actor' | 'action' | 'model' | 'version' | 'data'>;

/**
 * Appends an event to the chain of this clone: line and hash in one write, on the disk before this returns. Call it under the lock. A line that
 * a kill cut off is taken away first; it was never acknowledged. Where git has put another state of the chain into the working tree (another
 * branch, a reset), a new chain is begun, so that the two never contradict each other.
 * @returns the event, and the files that changed, from the project's folder
 */
export function appendEvent(root: string, event: NewEvent): { event: AuditEvent; files: string[] } {
  const folder = auditFolder(root);
  makeFolder(folder);
  const kept = readKept(root);
  const heads: Record<string, ChainHead> = {};
  for (const writer of writersOf(folder)) {
    const { head } = tailOf(join(folder, chainName(writer)));
    if (head) heads[writer] = head;
  }
  const known = readWriter(root);
  const usable = known !== null && (kept[known]?.hash ?? null) === (heads[known]?.hash ?? null);
  // the line got there, and a kill came before its head was kept
  const ahead = known !== null && !usable && follows(join(folder, chainName(known)), kept[known], heads[known]);
  const writer = known !== null && (usable || ahead) ? known : newWriter(root);
  const { [writer]: own, ...others } = heads;
  const seen = Object.fromEntries(Object.entries(others).map(([name, { hash }]) => [name, hash]));
  const { event: whole, line } = sealed({
    seq: (own?.seq ?? 0) + 1,
    prev: own?.hash ?? GENESIS,
    writer,
    ...event,
    seen,
  });
  const attributes = join(folder, ATTRIBUTES);
  // line endings that git changed would be no change of the log, but look like one to other tools
  if (!existsSync(attributes)) writeFileAtomic(attributes, '*.ndjson -text\n');
  writeLine(join(folder, chainName(writer)), line);
  writeKept(root, { ...kept, ...heads, [writer]: { seq: whole.seq, hash: whole.hash } });
  return { event: whole, files: filesOf(writer) };
}

/** True when the chain goes on from the head that was kept. */
function follows(path: string, kept: ChainHead | undefined, head: ChainHead | undefined): boolean {
  if (!head || (kept && kept.seq >= head.seq)) return false;
  return tailOf(path).hashes.has(kept?.hash ?? GENESIS);
}

function writeLine(path: string, line: string): void {
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o644);
    try {
      const { size } = fstatSync(fd);
      const end = size - tornBytes(fd, size);
      if (end !== size) ftruncateSync(fd, end);
      const bytes = Buffer.from(line);
      const written = writeSync(fd, bytes);
      if (written !== bytes.length) {
        ftruncateSync(fd, end);
        throw Object.assign(new Error('only a part of the line could be written'), { code: 'ENOSPC' });
      }
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw writeError(path, error);
  }
}

/** How many bytes stand behind the last line ending. */
function tornBytes(fd: number, size: number): number {
  const chunk = Buffer.alloc(Math.min(size, 1_000_000));
  readSync(fd, chunk, 0, chunk.length, size - chunk.length);
  return Buffer.byteLength(linesOf(chunk.toString('latin1')).torn, 'latin1');
}
