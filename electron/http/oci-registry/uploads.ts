import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { writeError } from '../../platform/files.ts';
import type { Layout } from './layout.ts';

/** How far a hash has come; a registry that was started anew hashes what it has once more. */
type Progress = { hash: Hash; at: number };

/** Uploads that were begun: files beside the layout, so that they outlive a kill. */
export type Uploads = ReturnType<typeof createUploads>;

export function createUploads() {
  const progress = new Map<string, Progress>();
  const busy = new Set<string>();
  const folderOf = (layout: Layout): string => join(layout.folder, '..', '_uploads');
  const fileOf = (layout: Layout, id: string): string => join(folderOf(layout), id);

  const hashed = async (file: string, id: string): Promise<Progress> => {
    const { size } = statSync(file);
    const known = progress.get(id);
    if (known?.at === size) return known;
    const hash = createHash('sha256');
    for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(piece as Buffer);
    return { hash, at: size };
  };

  return {
    begin(layout: Layout): string {
      const id = randomUUID();
      mkdirSync(folderOf(layout), { recursive: true });
      progress.set(id, { hash: createHash('sha256'), at: 0 });
      return id;
    },
    /** bytes that have come; null for an upload that is not known */
    size(layout: Layout, id: string): number | null {
      if (!/^[0-9a-f-]{36}$/.test(id)) return null;
      const size = statSync(fileOf(layout, id), { throwIfNoEntry: false })?.size;
      return size ?? (progress.has(id) ? 0 : null);
    },
    /** false while another request writes to it */
    take(id: string): boolean {
      if (busy.has(id)) return false;
      busy.add(id);
      return true;
    },
    release: (id: string): boolean => busy.delete(id),
    /** Appends what comes; what had come before a cut stays. @throws AppError UNAVAILABLE when the disk does not take it */
    async append(layout: Layout, id: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
      const file = fileOf(layout, id);
      const handle = await open(file, 'a').catch((error) => {
        throw writeError(file, error);
      });
      let state: Progress | null = null;
      try {
        state = await hashed(file, id);
        for await (const piece of pieces) {
          try {
            for (let done = 0; done < piece.length; )
              done += (await handle.write(piece, done, piece.length - done)).bytesWritten;
          } catch (error) {
            state = null;
            throw writeError(file, error);
          }
          state.hash.update(piece);
          state.at += piece.length;
        }
        return state.at;
      } finally {
        if (state) progress.set(id, state);
        else progress.delete(id);
        await handle.close();
      }
    },
    /** Makes a blob of it; false, and the upload is gone, when its bytes have another digest. */
    async finish(layout: Layout, id: string, digest: string): Promise<boolean> {
      const file = fileOf(layout, id);
      const handle = await open(file, 'a');
      await handle.sync();
      await handle.close();
      const { hash } = await hashed(file, id);
      progress.delete(id);
      if (`sha256:${hash.digest('hex')}` !== digest) {
        rmSync(file, { force: true });
        return false;
      }
      if (existsSync(layout.blobPath(digest))) rmSync(file);
      else renameSync(file, layout.blobPath(digest));
      return true;
    },
    cancel(layout: Layout, id: string): void {
      progress.delete(id);
      rmSync(fileOf(layout, id), { force: true });
    },
  };
}
