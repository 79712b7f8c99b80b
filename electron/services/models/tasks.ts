import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ModelFile } from '../../../shared/contract/models.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { checkStop, type Stamp, type Stop, sameStamp, stampOf, writeAll } from '../datasets/file-hash.ts';
import { prepareTemporary } from '../datasets/objects.ts';
import { type Known, knownOf } from './known.ts';
import { objectFile } from './store-place.ts';

const CHUNK = 1 << 20;
const chunk = Buffer.allocUnsafe(CHUNK);

type Report = (bytes: number) => void;
export type ToStore = { readonly file: string; readonly path: string };
export type Stored = ModelFile & { readonly stamp: Stamp };

/** What the threads of the registry can do; each is synchronous, and heeds `stop`. */
export type ModelTasks = {
  store: { input: { files: readonly ToStore[]; folder: string; mode: number }; output: Stored[] };
  hash: { input: { files: readonly string[] }; output: (string | null)[] };
  lay: { input: { files: readonly { from: string; to: string; sha256: string }[] }; output: null };
  parse: { input: { root: string; files: readonly { path: string; stamp: string }[] }; output: Known[] };
};
export type ModelTask = keyof ModelTasks;

/**
 * Takes files into a store: each is copied under a temporary name and hashed in the same read, or cloned where the disk can, and hashed then.
 * The source is left alone.
 * @throws AppError CONFLICT when one changes while it is read, BAD_REQUEST for what is no regular file
 */
export function storeFiles(
  { files, folder, mode }: ModelTasks['store']['input'],
  stop: Stop,
  report: Report,
): Stored[] {
  const temporary = prepareTemporary(folder, Date.now());
  return files.map(({ file, path }) => {
    const to = join(temporary, `.assay-${randomBytes(8).toString('hex')}`);
    try {
      const { sha256, stamp } = copyHashed(file, to, stop, report);
      const object = objectFile(folder, sha256);
      mkdirSync(dirname(object), { recursive: true });
      chmodSync(to, mode);
      // over what is there already: should that have been damaged, it is whole again
      renameSync(to, object);
      return { path, size: stamp[3], sha256, stamp };
    } finally {
      rmSync(to, { force: true });
    }
  });
}

function copyHashed(file: string, to: string, stop: Stop, report: Report): { sha256: string; stamp: Stamp } {
  // O_NONBLOCK: a pipe would be waited for
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile())
      throw new AppError('BAD_REQUEST', `${file} is no regular file. A model is made of plain files.`);
    const before = stampOf(stat);
    const cloned = clone(file, to);
    const out = cloned ? openSync(to, 'r') : openSync(to, 'wx', 0o600);
    let sha256: string;
    try {
      const read = digestOf(cloned ? out : fd, stop, report, cloned ? null : out);
      if (!cloned) fsyncSync(out);
      const after = stampOf(fstatSync(fd));
      if (read.size !== before[3] || !sameStamp(before, after))
        throw new AppError(
          'CONFLICT',
          `${file} changed while it was read. Wait until nothing writes to it, then try again.`,
        );
      sha256 = read.sha256;
    } finally {
      closeSync(out);
    }
    return { sha256, stamp: before };
  } finally {
    closeSync(fd);
  }
}

function clone(file: string, to: string): boolean {
  try {
    copyFileSync(file, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    rmSync(to, { force: true });
    return false;
  }
}

function digestOf(fd: number, stop: Stop, report: Report, copyTo: number | null): { sha256: string; size: number } {
  const digest = createHash('sha256');
  let size = 0;
  for (;;) {
    checkStop(stop);
    const length = readSync(fd, chunk, 0, CHUNK, null);
    if (length === 0) return { sha256: digest.digest('hex'), size };
    const part = chunk.subarray(0, length);
    digest.update(part);
    if (copyTo !== null) writeAll(copyTo, part);
    size += length;
    report(length);
  }
}

/** SHA-256 of each file; null for one that cannot be read. */
export function hashFiles({ files }: ModelTasks['hash']['input'], stop: Stop, report: Report): (string | null)[] {
  return files.map((file) => {
    let fd: number;
    try {
      fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      return null;
    }
    try {
      return fstatSync(fd).isFile() ? digestOf(fd, stop, report, null).sha256 : null;
    } catch (error) {
      if (error instanceof AppError) throw error;
      return null;
    } finally {
      closeSync(fd);
    }
  });
}

/** Lays objects out as files of their own, hashed on the way. @throws AppError UNAVAILABLE when one is damaged */
export function layFiles({ files }: ModelTasks['lay']['input'], stop: Stop, report: Report): null {
  for (const { from, to, sha256 } of files) {
    mkdirSync(dirname(to), { recursive: true });
    const found = copyHashed(from, to, stop, report);
    if (found.sha256 !== sha256)
      throw new AppError(
        'UNAVAILABLE',
        `${from} is damaged: its content is not what its name says. Fetch it again with "assay models pull-bytes".`,
      );
    chmodSync(to, 0o644);
  }
  return null;
}

/** What a list shows of definitions; one that cannot be used says why. */
export function parseFiles({ root, files }: ModelTasks['parse']['input'], stop: Stop): Known[] {
  return files.map(({ path, stamp }) => {
    checkStop(stop);
    return knownOf(path, stamp, () => readDefinitionText(join(root, path)));
  });
}

/** @throws AppError BAD_REQUEST for a link or another special file, NOT_FOUND */
export function readDefinitionText(file: string): string {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (!stat) throw new AppError('NOT_FOUND', `${file} is gone.`);
  if (!stat.isFile()) throw new AppError('BAD_REQUEST', `${file} is no regular file.`);
  if (stat.size > 4_000_000) throw new AppError('BAD_REQUEST', `${file} is larger than 4 MB.`);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('UNAVAILABLE', `${file} cannot be read: ${messageOf(error)}.`, {}, { cause: error });
  }
}
