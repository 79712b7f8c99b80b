import { createHash } from 'node:crypto';
import type fs from 'node:fs';
import {
  type BigIntStats,
  createReadStream,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import * as git from 'isomorphic-git';
import { MAX_POINTER_BYTES, type Pointer, parsePointer } from '../lfs/pointer.ts';
import { globalRules, isIgnored, type RuleSet, readRules } from './ignore.ts';
import { type IndexEntry, parseIndex } from './index-file.ts';
import { objectArgs, type Repository } from './repository.ts';
import type { TreeFile, TreeFiles } from './tree.ts';

/** One path that differs between a commit and the working tree. `kind` of an untracked file is `added` with `tracked` false. */
export type Change = {
  readonly path: string;
  readonly tracked: boolean;
  readonly before: TreeFile | null;
  /** the mode now; null when the file is gone */
  readonly mode: number | null;
};

/** Thrown when looking takes longer than it may. */
export class TooSlow extends Error {}

type Options = {
  readonly repository: Repository;
  readonly head: TreeFiles;
  readonly cache: object;
  /** untracked files are looked for below this folder only, with `/` at the end, `''` for everywhere */
  readonly untrackedBelow: string;
  /** `performance.now()` after which to give up */
  readonly deadline: number;
};

const LARGE_BYTES = 1 << 20;

export const FILE = 0o100644;
export const EXECUTABLE = 0o100755;
export const LINK = 0o120000;
export const SUBMODULE = 0o160000;

/**
 * What differs between a commit and the working tree, sorted by path. A file whose size and times are those that the index remembers is not
 * read, as git does it; the index is only read, never written, so nothing can collide with a `git` that runs at the same time.
 * @throws TooSlow
 */
export async function scan(options: Options): Promise<Change[]> {
  const { repository, head, deadline } = options;
  const config = await readConfig(repository);
  const index = readIndex(repository);
  const changes: Change[] = [];
  let seen = 0;
  const check = (): void => {
    if (++seen % 64 === 0 && performance.now() > deadline) throw new TooSlow();
  };
  const known = new Set([...head.keys(), ...index.entries.keys()].filter(isOrdinary));
  const isReal = createFolderCheck(repository.top);
  const submodules = new Set<string>();
  for (const path of known) {
    check();
    const before = head.get(path) ?? null;
    const staged = index.entries.get(path);
    if ((before ?? staged)?.mode === SUBMODULE) submodules.add(path);
    if (submodules.has(path) || staged?.skipWorktree) continue;
    const mode = isReal(path) ? await changedMode(options, config, index, path, before, staged) : null;
    if (mode !== undefined && (before || mode !== null)) changes.push({ path, tracked: true, before, mode });
  }
  const rules = globalRules(repository.commonFolder, config.excludesFile);
  const found = (path: string, mode: number): void => void changes.push({ path, tracked: false, before: null, mode });
  const walk: Walk = {
    top: repository.top,
    below: options.untrackedBelow,
    known,
    submodules,
    folders: foldersOf(known),
    check,
    found,
  };
  findUntracked(walk, '', rules);
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What leaves the repository is none of its paths, whatever a hostile index or tree says. */
export const isOrdinary = (path: string): boolean =>
  !path.split('/').some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');

/** Says whether a path lies in real folders all the way: behind a link it is not the repository's file any more. */
function createFolderCheck(top: string): (path: string) => boolean {
  const known = new Map<string, boolean>([['', true]]);
  const isReal = (folder: string): boolean => {
    let real = known.get(folder);
    if (real === undefined) {
      const parent = folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
      real = isReal(parent) && (lstatSync(join(top, folder), { throwIfNoEntry: false })?.isDirectory() ?? false);
      known.set(folder, real);
    }
    return real;
  };
  return (path) => isReal(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
}

type Index = { entries: Map<string, IndexEntry>; mtimeNs: bigint };
type Config = { fileMode: boolean; normaliseLines: boolean; symlinks: boolean; excludesFile: string | null };

function readIndex({ gitFolder }: Repository): Index {
  const path = join(gitFolder, 'index');
  if (!existsSync(path)) return { entries: new Map(), mtimeNs: 0n };
  const { mtimeNs } = statSync(path, { bigint: true });
  // during a conflict a path has up to three entries and no stage 0: it is known, and must be read
  return { entries: new Map(parseIndex(readFileSync(path)).map((entry) => [entry.path, entry])), mtimeNs };
}

async function readConfig(repository: Repository): Promise<Config> {
  const get = async (path: string): Promise<unknown> => git.getConfig({ ...objectArgs(repository), path });
  const [fileMode, autocrlf, symlinks, excludes] = await Promise.all(
    ['core.filemode', 'core.autocrlf', 'core.symlinks', 'core.excludesfile'].map(get),
  );
  return {
    fileMode: String(fileMode ?? true) !== 'false',
    normaliseLines: ['true', 'input'].includes(String(autocrlf)),
    symlinks: String(symlinks ?? true) !== 'false',
    excludesFile: typeof excludes === 'string' ? excludes : null,
  };
}

/** The mode now when the path differs from the commit, null when it is gone, undefined when nothing changed. */
async function changedMode(
  { repository, cache }: Options,
  config: Config,
  index: Index,
  path: string,
  before: TreeFile | null,
  staged: IndexEntry | undefined,
): Promise<number | null | undefined> {
  const full = join(repository.top, path);
  const stat = lstatSync(full, { bigint: true, throwIfNoEntry: false });
  if (!stat || stat.isDirectory()) return null;
  const mode = modeOf(stat, config, staged?.mode ?? before?.mode);
  if (!before) return mode;
  if (mode !== before.mode) return mode;
  if (staged && isFresh(index, staged, stat)) return staged.oid === before.oid ? undefined : mode;
  // a file of Git LFS may be larger than memory: its pointer says whether it must be read at all
  const large = mode !== LINK && stat.size >= LARGE_BYTES ? await pointerOf(repository, cache, before.oid) : null;
  if (large) return large.size === Number(stat.size) && (await sha256Of(full)) === large.oid ? undefined : mode;
  const content = mode === LINK ? readlinkSync(full, { encoding: 'buffer' }) : readFileSync(full);
  if (blobId(content) === before.oid) return undefined;
  if (mode === LINK) return mode;
  if (config.normaliseLines && blobId(withoutCarriageReturns(content)) === before.oid) return undefined;
  const pointer = await pointerOf(repository, cache, before.oid);
  return pointer && createHash('sha256').update(content).digest('hex') === pointer.oid ? undefined : mode;
}

/** As `ce_match_stat` of git does it, the "racy" case included: a file changed in the moment the index was written. */
export function isFresh(index: { mtimeNs: bigint }, entry: IndexEntry, stat: BigIntStats): boolean {
  if (entry.intentToAdd || entry.stage !== 0) return false;
  const written = BigInt(entry.mtimeSeconds) * 1_000_000_000n + BigInt(entry.mtimeNanoseconds);
  return (
    Number(stat.size & 0xffffffffn) === entry.size &&
    stat.mtimeNs === written &&
    (entry.inode === 0 || Number(stat.ino & 0xffffffffn) === entry.inode) &&
    written < index.mtimeNs
  );
}

function modeOf(stat: BigIntStats, config: Config, usual: number | undefined): number {
  if (stat.isSymbolicLink()) return LINK;
  if (!config.symlinks && usual === LINK) return LINK;
  if (!config.fileMode) return usual === EXECUTABLE ? EXECUTABLE : FILE;
  return (stat.mode & 0o100n) !== 0n ? EXECUTABLE : FILE;
}

export function blobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

export const withoutCarriageReturns = (content: Buffer): Buffer =>
  content.includes(0) ? content : Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');

/** What a file that Git LFS has put in the place of its pointer is compared with; null for other content. */
async function pointerOf(repository: Repository, cache: object, oid: string): Promise<Pointer | null> {
  const { blob } = await git.readBlob({ ...objectArgs(repository), cache, oid });
  return blob.length > 0 && blob.length < MAX_POINTER_BYTES ? parsePointer(blob) : null;
}

async function sha256Of(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) digest.update(part as Buffer);
  return digest.digest('hex');
}

function foldersOf(paths: ReadonlySet<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  return folders;
}

type Walk = {
  readonly top: string;
  readonly below: string;
  readonly known: ReadonlySet<string>;
  readonly submodules: ReadonlySet<string>;
  /** every folder that holds a known file */
  readonly folders: ReadonlySet<string>;
  readonly check: () => void;
  readonly found: (path: string, mode: number) => void;
};

function findUntracked(walk: Walk, folder: string, above: readonly RuleSet[]): void {
  const { top, below, known, check, found } = walk;
  const sets = [...above, readRules(join(top, folder, '.gitignore'), folder)];
  let entries: fs.Dirent[];
  try {
    entries = readdirSync(join(top, folder), { withFileTypes: true });
  } catch {
    // a folder that may not be read holds nothing that could be captured
    return;
  }
  for (const entry of entries) {
    check();
    const path = folder + entry.name;
    if (entry.name === '.git') continue;
    if (entry.isDirectory()) {
      const inside = `${path}/`.startsWith(below) || below.startsWith(`${path}/`);
      // a folder of its own repository is that one's business
      const nested = !walk.folders.has(path) && existsSync(join(top, path, '.git'));
      if (inside && !nested && !walk.submodules.has(path) && !isIgnored(sets, path, true))
        findUntracked(walk, `${path}/`, sets);
    } else if (path.startsWith(below) && !known.has(path) && !isIgnored(sets, path, false)) {
      if (entry.isSymbolicLink()) found(path, LINK);
      else if (entry.isFile()) found(path, (lstatSync(join(top, path)).mode & 0o100) !== 0 ? EXECUTABLE : FILE);
    }
  }
}
