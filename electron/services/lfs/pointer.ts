/** What stands in git in the place of a large file (git-lfs, docs/spec.md). */
export type Pointer = {
  /** SHA-256 of the file, 64 lower-case hex digits */
  readonly oid: string;
  readonly size: number;
  /** programs that the content went through, in order of priority; Assay runs none of them */
  readonly extensions: readonly { readonly priority: number; readonly name: string; readonly oid: string }[];
  /** false when git-lfs would write the same pointer in other bytes */
  readonly canonical: boolean;
};

/** Larger files are never pointers; git-lfs does not look into them either. */
export const MAX_POINTER_BYTES = 1024;

const VERSION = 'https://git-lfs.github.com/spec/v1';
const VERSIONS = new Set([VERSION, 'https://hawser.github.com/spec/v1', 'http://git-media.io/v/2']);
const OID = /^sha256:([0-9a-f]{64})$/;
const EXTENSION = /^ext-(\d)-(\w+)$/;

export const isOid = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);

/** The SHA-256 of nothing: an empty file has no pointer and no object. */
export const EMPTY_OID = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The pointer that a file's content is, read as git-lfs reads it; null when it is none. An empty file is its own (empty) pointer. */
export function parsePointer(content: Uint8Array | string): Pointer | null {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('utf8');
  if (text === '') return { oid: EMPTY_OID, size: 0, extensions: [], canonical: true };
  if (text.length >= MAX_POINTER_BYTES || !text.trimStart().startsWith('version ')) return null;
  const lines = text
    .trim()
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const expected = ['version', 'oid', 'size'];
  const values: string[] = [];
  const extensions: { priority: number; name: string; oid: string }[] = [];
  for (const line of lines) {
    const space = line.indexOf(' ');
    if (space < 0 || values.length === expected.length) return null;
    const key = line.slice(0, space);
    const value = line.slice(space + 1);
    if (key === expected[values.length]) values.push(value);
    else {
      const [, priority, name] = EXTENSION.exec(key) ?? [];
      const oid = OID.exec(value)?.[1];
      if (priority === undefined || !oid || extensions.some((one) => one.priority === Number(priority))) return null;
      extensions.push({ priority: Number(priority), name: name!, oid });
    }
  }
  const [version, oidText, sizeText] = values;
  const oid = OID.exec(oidText ?? '')?.[1];
  const size = /^\d{1,16}$/.test(sizeText ?? '') ? Number(sizeText) : Number.NaN;
  if (!VERSIONS.has(version!) || !oid || !Number.isSafeInteger(size)) return null;
  extensions.sort((a, b) => a.priority - b.priority);
  return { oid, size, extensions, canonical: writePointer({ oid, size, extensions }) === text };
}

/** The one encoding of a pointer. Nothing for an empty file. */
export function writePointer({ oid, size, extensions = [] }: Pick<Pointer, 'oid' | 'size'> & Partial<Pointer>): string {
  if (size === 0) return '';
  const lines = extensions.map((one) => `ext-${one.priority}-${one.name} sha256:${one.oid}`);
  return `${[`version ${VERSION}`, ...lines, `oid sha256:${oid}`, `size ${size}`].join('\n')}\n`;
}
