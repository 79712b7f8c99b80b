import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';

/** What the pictures of one project may take on the disk. */
const MAX_BYTES = 512_000_000;
/** What is left when there are too many: making room costs a look at all of them. */
const LEFT = 0.8;
/** Part of every name, so that pictures made in another way are made again. */
const MADE_AS = 'v1';

export type Picture = { readonly path: string; readonly size: number };
export type PictureCache = ReturnType<typeof createPictureCache>;

/**
 * Small pictures made of larger ones, kept in a folder by what they are made of. The oldest go when there are too many; whoever empties the
 * folder loses nothing. Where it cannot be written, pictures are kept in the system's temporary folder for as long as this process lives.
 */
export function createPictureCache(folder: string, maxBytes: number = MAX_BYTES) {
  let place = folder;
  /** null until the folder was looked at */
  let total: number | null = null;
  let cleaning: Promise<void> | null = null;
  const making = new Map<string, Promise<Picture>>();
  const queue: (() => void)[] = [];
  let busy = 0;

  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy >= availableParallelism()) await new Promise<void>((resolve) => queue.push(resolve));
    else busy++;
    try {
      return await work();
    } finally {
      // the newest wish first: what was scrolled past can wait
      const next = queue.pop();
      if (next) next();
      else busy--;
    }
  };

  const keep = async (name: string, bytes: Uint8Array): Promise<Picture> => {
    const path = join(place, name);
    const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(draft, bytes);
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      if (place !== folder) throw error;
      place = join(tmpdir(), `assay-pictures-${randomBytes(8).toString('hex')}`);
      await mkdir(place, { mode: 0o700 });
      return keep(name, bytes);
    }
    if (total !== null) total += bytes.length;
    cleaning ??= clean().finally(() => {
      cleaning = null;
    });
    return { path, size: bytes.length };
  };

  const clean = async (): Promise<void> => {
    while (total === null || total > maxBytes) {
      // what is made meanwhile is counted, perhaps twice: then there is another look sooner
      total = 0;
      const all = await listAll(place);
      total += all.reduce((sum, one) => sum + one.size, 0);
      if (total <= maxBytes) return;
      all.sort((a, b) => a.madeAt - b.madeAt);
      for (const { path, size } of all) {
        if (total <= maxBytes * LEFT) break;
        await rm(path, { force: true });
        total -= size;
      }
    }
  };

  return {
    /**
     * The picture of that key, made when it is not there yet. Nobody makes the same one twice at the same time, and no more are made at once
     * than there are cores.
     * @param key what it is made of and how: content, not names
     * @param ending of the file, such as `webp`
     */
    async get(key: string, ending: string, make: () => Promise<Uint8Array>): Promise<Picture> {
      const digest = createHash('sha256').update(`${MADE_AS}\0${key}`).digest('hex').slice(0, 40);
      const name = join(digest.slice(0, 2), `${digest.slice(2)}.${ending}`);
      const found = await stat(join(place, name)).catch(() => null);
      // a power cut may leave an empty file under a good name
      if (found?.isFile() && found.size > 0) return { path: join(place, name), size: found.size };
      const running = making.get(name);
      if (running) return running;
      const promise = run(make)
        .then((bytes) => keep(name, bytes))
        .finally(() => making.delete(name));
      making.set(name, promise);
      return promise;
    },
    /** Resolves when nothing is being tidied up. */
    settled: async (): Promise<void> => {
      await cleaning;
    },
  };
}

async function listAll(folder: string): Promise<{ path: string; size: number; madeAt: number }[]> {
  const all: { path: string; size: number; madeAt: number }[] = [];
  for (const part of await readdir(folder).catch(() => [])) {
    for (const name of await readdir(join(folder, part)).catch(() => [])) {
      const path = join(folder, part, name);
      const found = await stat(path).catch(() => null);
      if (found?.isFile()) all.push({ path, size: found.size, madeAt: found.mtimeMs });
    }
  }
  return all;
}

/** What names the content of a file: its MD5 where that is known, else where it lies and when it was written. */
export async function contentKey(path: string, md5: string | null): Promise<string> {
  if (md5 !== null) return md5;
  const found = await stat(path).catch(() => null);
  if (!found) throw new AppError('NOT_FOUND', 'The file is not there (any more).');
  return `${path}\0${found.ino}-${found.size}-${found.mtimeMs}-${found.ctimeMs}`;
}
