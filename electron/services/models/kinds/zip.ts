import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { clean } from './finding.ts';
import { Damaged, forwardStream, type Opened } from './forward.ts';

const MAX_ENTRIES = 200_000;
/** Bytes that an entry may inflate to while it is read. */
export const MAX_INFLATED = 64 * 1024 * 1024;

export type Zip = {
  readonly entries: ReadonlyMap<string, Entry>;
  /** names that are there twice; the first one counts here */
  readonly twice: readonly string[];
  /** An entry's content, inflated as it is read and bounded. @throws Damaged when there is none of that name, or it is encrypted */
  open(name: string): Promise<Opened>;
  close(): void;
};

/**
 * A zip file's directory (yauzl). Names that lead outside (`../x`, absolute, with backslashes) are refused; nothing is ever unpacked to disk.
 * @throws Damaged
 */
export async function openZip(file: string): Promise<Zip> {
  let zip: ZipFile;
  const entries = new Map<string, Entry>();
  const twice: string[] = [];
  try {
    zip = await openPromise(file, { lazyEntries: true, autoClose: false, strictFileNames: true });
  } catch (error) {
    throw new Damaged(`it is no zip file that can be read (${clean(String((error as Error).message), 120)})`);
  }
  try {
    if (zip.entryCount > MAX_ENTRIES) throw new Damaged(`it claims ${zip.entryCount} files`);
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) twice.push(entry.fileName);
      else entries.set(entry.fileName, entry);
      if (entries.size + twice.length > MAX_ENTRIES) throw new Damaged(`it has more than ${MAX_ENTRIES} files`);
    }
  } catch (error) {
    zip.close();
    if (error instanceof Damaged) throw error;
    throw new Damaged(`its list of files cannot be trusted (${clean(String((error as Error).message), 120)})`);
  }
  return {
    entries,
    twice,
    async open(name) {
      const entry = entries.get(name);
      if (!entry) throw new Damaged(`it has no ${clean(name, 80)}`);
      if (entry.isEncrypted()) throw new Damaged(`its ${clean(name, 80)} is encrypted`);
      const stream = await zip.openReadStreamPromise(entry).catch((error: Error) => {
        throw new Damaged(`its ${clean(name, 80)} cannot be read (${clean(error.message, 120)})`);
      });
      return forwardStream(stream, MAX_INFLATED);
    },
    close: () => zip.close(),
  };
}

/** A small text of a zip file, at most `limit` bytes; null when there is none. */
export async function zipText(zip: Zip, name: string, limit: number): Promise<string | null> {
  if (!zip.entries.has(name)) return null;
  const { forward, close } = await zip.open(name);
  try {
    const pieces: Buffer[] = [];
    let length = 0;
    while (length <= limit && !(await forward.ended())) {
      const piece = forward.bytes.subarray(forward.at);
      forward.at = forward.bytes.length;
      length += piece.length;
      pieces.push(piece);
    }
    if (length > limit) throw new Damaged(`its ${clean(name, 80)} is longer than ${limit} bytes`);
    return Buffer.concat(pieces).toString();
  } finally {
    await close();
  }
}
