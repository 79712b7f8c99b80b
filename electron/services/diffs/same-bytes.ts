import { open } from 'node:fs/promises';
import { cancelled } from '../tables/database.ts';

const PIECE = 4 << 20;

/** Whether two files have the same bytes: by their sizes, then piece by piece up to the first difference. */
export async function sameBytes(old: string, now: string, signal?: AbortSignal): Promise<boolean> {
  if (old === now) return true;
  await using a = await open(old);
  await using b = await open(now);
  const { size } = await a.stat();
  if (size !== (await b.stat()).size) return false;
  const [left, right] = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)];
  for (let at = 0; at < size; ) {
    if (signal?.aborted) throw cancelled();
    const one = await a.read(left, 0, PIECE, at);
    const other = await b.read(right, 0, one.bytesRead, at);
    if (one.bytesRead === 0 || one.bytesRead !== other.bytesRead) return false;
    if (!left.subarray(0, one.bytesRead).equals(right.subarray(0, one.bytesRead))) return false;
    at += one.bytesRead;
  }
  return true;
}
