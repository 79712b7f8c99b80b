import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { AppError } from '../../../../shared/errors.ts';
import { manifestOf, textsOf } from '../beside.ts';
import type { OutgoingVersion } from '../driver.ts';
import type { TreeEntry } from './api.ts';

export const BESIDE = '.assay/';
export const EVIDENCE = '.assay/evidence/';
export const MANIFEST = '.assay/manifest.json';
/** The Hub writes this one itself. */
export const ATTRIBUTES = '.gitattributes';
export const CARD = 'README.md';

/** A file of the repository: bytes in a file here, or a text. */
export type Entry = {
  readonly path: string;
  readonly what: string;
  readonly size: number;
  readonly sha256: string;
  readonly from: { readonly file: string } | { readonly text: string };
};

/** Everything that the repository has for a version: its files at the top, the card as `README.md`, the rest below `.assay/`. */
export function contentOf(version: OutgoingVersion): Entry[] {
  const texts: Record<string, string> = {
    ...textsOf(version),
    'manifest.json': `${JSON.stringify(manifestOf(version), null, 2)}\n`,
  };
  const taken = version.files.find(({ path }) => path.startsWith(BESIDE));
  if (taken)
    throw new AppError(
      'BAD_REQUEST',
      `The model has a file ${taken.path}, where Assay keeps the definition on a Hub. Register it under another name.`,
    );
  // a model that brings a README of its own keeps it
  const ownReadme = version.files.some(({ path }) => path === CARD);
  const text = (path: string, what: string, body: string): Entry => ({
    path,
    what,
    size: Buffer.byteLength(body),
    sha256: createHash('sha256').update(body).digest('hex'),
    from: { text: body },
  });
  const { 'card.md': card, ...others } = texts;
  const whats: Record<string, string> = {
    'definition.yaml': 'definition',
    'model.sig': 'signature',
    'manifest.json': 'manifest',
  };
  return [
    ...version.files.map(({ path, size, sha256, file }) => ({ path, what: 'model', size, sha256, from: { file } })),
    ...version.evidence.map(({ path, size, sha256, file }) => ({
      path: `${EVIDENCE}${path}`,
      what: 'evidence',
      size,
      sha256,
      from: { file },
    })),
    text(ownReadme ? `${BESIDE}card.md` : CARD, 'card', card!),
    ...Object.entries(others).map(([name, body]) => text(`${BESIDE}${name}`, whats[name]!, body)),
  ];
}

/** Bytes of what goes into git itself, which is small. */
export const bytesOf = ({ from }: Entry): Buffer => ('text' in from ? Buffer.from(from.text) : readFileSync(from.file));

/** The first 512 bytes, by which the Hub decides how it wants a file. */
export function sampleOf({ from }: Entry): string {
  if ('text' in from) return Buffer.from(from.text).subarray(0, 512).toString('base64');
  const fd = openSync(from.file, 'r');
  try {
    const bytes = Buffer.alloc(512);
    return bytes.subarray(0, readSync(fd, bytes, 0, 512, 0)).toString('base64');
  } finally {
    closeSync(fd);
  }
}

/** Whether the repository has this file. The manifest is only asked for: it names the audit log's head of its own push. */
export function isSame(entry: Entry, there: TreeEntry | undefined): boolean {
  if (!there) return false;
  if (entry.path === MANIFEST) return true;
  if (there.lfs) return there.lfs.oid === entry.sha256 && there.lfs.size === entry.size;
  if (there.size !== entry.size) return false;
  const bytes = bytesOf(entry);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex') === there.oid;
}
