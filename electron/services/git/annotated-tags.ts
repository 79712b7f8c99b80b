import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';
import * as git from 'isomorphic-git';
import { AppError } from '../../../shared/errors.ts';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import { atomicFs } from './atomic-fs.ts';
import { refuseWhenBusy } from './commit-paths.ts';
import { type Identity, readIdentity } from './identity.ts';
import { linkOrCopy, writeDurably } from './move-branch.ts';
import { findRepository, objectArgs, type Repository } from './repository.ts';
import { newRefMemory, type RefMemory, readTagRefs, type TagRef } from './tag-refs.ts';

/** An annotated tag with all that it says. */
export type AnnotatedTag = {
  readonly name: string;
  /** of the tag object: another one means that the tag was moved or made anew */
  readonly oid: string;
  /** the commit that it means */
  readonly commit: string;
  readonly tagger: Identity;
  /** ms since 1970; git keeps whole seconds */
  readonly at: number;
  readonly message: string;
};

/** Light tags say nothing but a name. */
export type Tags = { readonly stamp: string; readonly annotated: AnnotatedTag[]; readonly light: TagRef[] };

type Read = Omit<AnnotatedTag, 'name' | 'oid'>;
export type TagMemory = {
  readonly refs: Map<string, RefMemory>;
  /** by the id of the object; null for what is no tag of a commit */
  readonly read: Map<string, Read | null>;
  /** files that were taken in */
  readonly taken: Set<string>;
};
export const newTagMemory = (): TagMemory => ({ refs: new Map(), read: new Map(), taken: new Set() });

const MOST_KEPT = 200_000;
const MAX_TAG_BYTES = 1_000_000;
/** From so many newly read ones on it is worth to keep what was read: a packed one takes a third of a millisecond. */
const WORTH_KEEPING = 200;

/**
 * The tags of a repository whose names fit, by name; empty without a repository. Objects never change, so each is read once; those that
 * lead to no commit are left out.
 * @param pattern of the names, as a regular expression
 * @param known `stamp` of what the asker has: null is answered when that is still all
 * @param keep a file for what was read of many, for the next process; may be deleted
 */
export async function annotatedTags(
  folder: string,
  pattern: string,
  known: string | null,
  keep: string | null,
  memory: TagMemory,
  cache: object,
): Promise<Tags | null> {
  const repository = findRepository(realpathSync(folder));
  if (!repository) return known === '' ? null : { stamp: '', annotated: [], light: [] };
  const refMemory = memory.refs.get(repository.commonFolder) ?? newRefMemory();
  memory.refs.set(repository.commonFolder, refMemory);
  const fits = new RegExp(pattern, 'u');
  const refs = readTagRefs(repository, refMemory).filter(({ name }) => fits.test(name));
  const digest = createHash('sha1');
  for (const { name, oid } of refs) digest.update(`${oid} ${name}\n`);
  const stamp = digest.digest('hex');
  if (stamp === known) return null;
  if (memory.read.size > MOST_KEPT) memory.read.clear();
  if (keep !== null && refs.length >= WORTH_KEEPING) takeIn(keep, memory);
  let fresh = 0;
  const annotated: AnnotatedTag[] = [];
  const light: TagRef[] = [];
  for (const { name, oid } of refs) {
    let read = memory.read.get(oid);
    if (read === undefined) {
      read = await readTag(repository, oid, cache);
      memory.read.set(oid, read);
      fresh++;
    }
    if (read) annotated.push({ name, oid, ...read });
    else light.push({ name, oid });
  }
  if (keep !== null && fresh >= WORTH_KEEPING) writeDown(keep, refs, memory);
  return { stamp, annotated, light };
}

function takeIn(file: string, { taken, read }: TagMemory): void {
  if (taken.has(file)) return;
  taken.add(file);
  const kept = readJson(file);
  if (Array.isArray(kept)) for (const [oid, one] of kept as [string, Read][]) read.set(oid, one);
}

function writeDown(file: string, refs: readonly TagRef[], { read }: TagMemory): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // what could not be read may be readable later
    writeFileAtomic(file, JSON.stringify(refs.flatMap(({ oid }) => (read.get(oid) ? [[oid, read.get(oid)]] : []))));
  } catch {
    // it is read again next time
  }
}

async function readTag(repository: Repository, oid: string, cache: object): Promise<Read | null> {
  try {
    const text = looseTag(repository, oid);
    if (text === null) return null;
    const args = { ...objectArgs(repository), cache };
    if (text !== undefined) return parseTag(text);
    const { object, type } = await git.readObject({ ...args, oid, format: 'content' });
    return type === 'tag' ? parseTag(Buffer.from(object as Uint8Array).toString()) : null;
  } catch {
    // in a shallow clone, or damaged: `git fsck` says more than we could
    return null;
  }
}

/** The content of a loose tag object; null for another kind of object, undefined for one that is packed. */
function looseTag({ commonFolder }: Repository, oid: string): string | null | undefined {
  let packed: Buffer;
  try {
    packed = readFileSync(join(commonFolder, 'objects', oid.slice(0, 2), oid.slice(2)));
  } catch {
    return undefined;
  }
  const bytes = inflateSync(packed, { maxOutputLength: MAX_TAG_BYTES });
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end).toString().startsWith('tag ') ? bytes.subarray(end + 1).toString() : null;
}

function parseTag(text: string): Read | null {
  const head = text.slice(0, text.indexOf('\n\n'));
  const commit = /^object ([0-9a-f]{40})$/m.exec(head)?.[1];
  const [, name = '', email = '', seconds] = /^tagger (.*?) ?<(.*)> (\d+)/m.exec(head) ?? [];
  if (!commit || !/^type commit$/m.test(head) || seconds === undefined) return null;
  return { commit, tagger: { name, email }, at: Number(seconds) * 1000, message: text.slice(head.length + 2).trim() };
}

export type NewTag = {
  readonly name: string;
  readonly commit: string;
  readonly message: string;
  /** not before this moment (ms), also when the clock of who made the last one was ahead */
  readonly notBefore: number;
};

/**
 * Makes an annotated tag as the person whom git's configuration names.
 * @throws AppError CONFLICT when there is a tag of that name, whatever it means
 */
export async function annotate(folder: string, tag: NewTag, cache: object): Promise<void> {
  const repository = findRepository(realpathSync(folder));
  if (!repository) throw new AppError('BAD_REQUEST', NO_REPOSITORY);
  const args = { ...objectArgs(repository), fs: atomicFs, cache };
  const tagger = await readIdentity(repository);
  const seconds = Math.max(Math.floor(Date.now() / 1000), Math.ceil(tag.notBefore / 1000));
  const oid = await git.writeTag({
    ...args,
    tag: {
      object: tag.commit,
      type: 'commit',
      tag: tag.name,
      tagger: { ...tagger, timestamp: seconds, timezoneOffset: new Date().getTimezoneOffset() },
      message: tag.message.endsWith('\n') ? tag.message : `${tag.message}\n`,
    },
  });
  makeRef(repository, tag.name, oid);
}

/**
 * Makes a ref that appears as a whole or not at all, and of two who make it one is told. Git's lock is respected, but none is left behind by
 * whoever is killed.
 */
function makeRef({ commonFolder }: Repository, name: string, oid: string): void {
  const path = join(commonFolder, 'refs', 'tags', name);
  const lock = `${path}.lock`;
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(lock))
    throw new AppError(
      'CONFLICT',
      `Somebody else is making the tag ${name}. Try again when that has ended (or remove ${lock} if nobody is).`,
    );
  const packed = join(commonFolder, 'packed-refs');
  if (existsSync(packed) && readFileSync(packed, 'utf8').includes(` refs/tags/${name}\n`)) throw isThere(name);
  // outside of refs/, where git would take it for a tag
  const temporary = join(commonFolder, `assay-tag-${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeDurably(temporary, `${oid}\n`);
    linkOrCopy(temporary, path);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? isThere(name) : error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

const isThere = (name: string): AppError => new AppError('CONFLICT', `There is a tag ${name} already.`);

const NO_REPOSITORY = 'This project is in no git repository. Make one with "git init", then do this again.';

/**
 * Who would commit here now.
 * @throws AppError BAD_REQUEST without a repository or a name, CONFLICT during a merge or while another git command runs
 */
export async function whoMayCommit(folder: string): Promise<Identity> {
  const repository = findRepository(realpathSync(folder));
  if (!repository) throw new AppError('BAD_REQUEST', NO_REPOSITORY);
  refuseWhenBusy(repository);
  return readIdentity(repository);
}
