import { createHash } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';

/** One file of a folder: its path below it, with `/`, and its MD5. */
export type Entry = { readonly relpath: string; readonly md5: string };

/** No list of files is larger. */
export const MAX_MANIFEST_BYTES = 400_000_000;

/**
 * The bytes of a `.dir` manifest as DVC makes them (dvc-data hashfile/tree.py: Python's `json.dumps(…, sort_keys=True)`): sorted by code
 * point, ASCII only. `hash` is the folder's id.
 */
export function writeManifest(entries: readonly Entry[]): { bytes: Buffer; hash: string } {
  const sorted = [...entries].sort((a, b) => byCodePoint(a.relpath, b.relpath));
  const text = `[${sorted.map(({ md5, relpath }) => `{"md5": "${md5}", "relpath": ${ascii(relpath)}}`).join(', ')}]`;
  const bytes = Buffer.from(text, 'latin1');
  return { bytes, hash: `${createHash('md5').update(bytes).digest('hex')}.dir` };
}

const ascii = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** UTF-16's own order puts U+E000–U+FFFF behind the characters beyond them; code points, as UTF-8 bytes, do not. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/**
 * Reads a manifest that may come from anybody: no path in it can leave the folder.
 * @throws AppError BAD_REQUEST
 */
export function readManifest(bytes: Buffer, name: string): Entry[] {
  const fail = (what: string): never => {
    throw new AppError(
      'BAD_REQUEST',
      `The list of files ${name} cannot be used: ${what}. Pull it again, or add the data again.`,
    );
  };
  if (bytes.length > MAX_MANIFEST_BYTES) return fail('it is larger than 400 MB');
  let list: unknown;
  try {
    list = JSON.parse(bytes.toString('utf8'));
  } catch {
    return fail('it is not JSON');
  }
  if (!Array.isArray(list)) return fail('it is not a list');
  const seen = new Set<string>();
  const folders = new Set<string>();
  const entries = list.map((item: { md5?: unknown; relpath?: unknown } | null): Entry => {
    const { md5, relpath } = item ?? {};
    if (typeof md5 !== 'string' || !/^[0-9a-f]{32}$/.test(md5)) return fail('an entry has no MD5');
    if (typeof relpath !== 'string' || !isSafe(relpath))
      return fail(`it names the path ${JSON.stringify(relpath)?.slice(0, 200)}, which is not inside the folder`);
    if (seen.has(relpath)) return fail(`it names ${JSON.stringify(relpath)} twice`);
    seen.add(relpath);
    for (let at = relpath.lastIndexOf('/'); at > 0; at = relpath.lastIndexOf('/', at - 1)) {
      const folder = relpath.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
    return { relpath, md5 };
  });
  for (const folder of folders)
    if (seen.has(folder)) fail(`${JSON.stringify(folder)} is both a file and a folder in it`);
  return entries;
}

/** True for a relative path that stays inside, on every system. */
export function isSafe(path: string): boolean {
  if (path === '' || path.length > 4096 || path.includes('\0')) return false;
  if (process.platform === 'win32' && /[\\:]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
