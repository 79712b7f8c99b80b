import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../../platform/files.ts';

/** 200,000 images or so; then half of them are forgotten. */
const MAX_BYTES = 12_000_000;
/** Goes up when `perceptualHash` makes other hashes. */
const FIRST_LINE = 'assay-phash-1';
const LINE = /^([0-9a-f]{32}) ([0-9a-f]{16}|-)$/;

export type HashCache = ReturnType<typeof openHashCache>;

/**
 * Perceptual hashes by the MD5 of the image's bytes, in a file of lines `<md5> <hash or - for none>`. Several processes may append; a torn
 * line is passed over, and whoever deletes the file loses time only.
 */
export function openHashCache(path: string) {
  const known = new Map<string, string | null>();
  let fresh: string[] = [];
  let usable = false;
  try {
    const [first, ...lines] = readFileSync(path, 'latin1').split('\n');
    usable = first === FIRST_LINE;
    for (const line of usable ? lines : []) {
      const match = LINE.exec(line);
      if (match) known.set(match[1]!, match[2] === '-' ? null : match[2]!);
    }
  } catch {
    // none yet
  }

  return {
    /** undefined when it is not known */
    get: (md5: string): string | null | undefined => known.get(md5),
    put(md5: string, hash: string | null): void {
      known.set(md5, hash);
      fresh.push(`${md5} ${hash ?? '-'}\n`);
    },
    /** Writes what is new; where that cannot be done it is remembered no longer than the cache itself. */
    save(): void {
      const lines = fresh;
      fresh = [];
      if (lines.length === 0) return;
      try {
        mkdirSync(dirname(path), { recursive: true });
        const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        if (usable && size > 0 && size < MAX_BYTES) appendFileSync(path, `\n${lines.join('')}`);
        else {
          const all = [...known].slice(size >= MAX_BYTES ? -Math.ceil(known.size / 2) : 0);
          const text = all.map(([md5, hash]) => `${md5} ${hash ?? '-'}\n`).join('');
          writeFileAtomic(path, `${FIRST_LINE}\n${text}`);
        }
        usable = true;
      } catch {
        // a project that cannot be written
      }
    },
  };
}
