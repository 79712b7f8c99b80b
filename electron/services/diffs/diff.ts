import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { Located } from '../datasets/located.ts';
import { onDisk } from '../datasets/on-disk.ts';
import { diffImages } from '../media/image-diff.ts';
import { isImageName } from '../media/image-format.ts';
import type { DataFile } from '../tables/side.ts';

import { diffBytes } from './bytes.ts';
import { type DiffExports, writeExports } from './exports.ts';
import { diffLocatedFolders } from './folder.ts';
import { isTable } from './is-table.ts';
import { type KeptTable, keepTableDiff } from './kept-table.ts';
import { sameBytes } from './same-bytes.ts';
import type { Diff, DiffOptions } from './types.ts';

/** A comparison; of tables also what its rows can be asked of, to be closed by whoever has it. */
export type Compared = { readonly diff: Diff; readonly table: KeptTable | null };

/**
 * Compares two files or two folders. Tables (CSV, TSV, JSON, JSON lines, Parquet, Arrow, by their names) are compared by rows and cells; other
 * files as text or by their bytes; folders by the hashes of their files.
 * @throws AppError BAD_REQUEST when one cannot be read or does not go with the other; CANCELLED
 */
export async function compare(before: Located, after: Located, options: DiffOptions = {}): Promise<Compared> {
  if (before.kind === 'folder' && after.kind === 'folder')
    return { diff: await diffLocatedFolders(before, after, options), table: null };
  if (before.kind === 'folder' || after.kind === 'folder')
    throw new AppError(
      'BAD_REQUEST',
      'One of the two is a folder and the other a file. Name two files or two folders.',
    );
  const { signal } = options;
  if (isImageName(before.name) && isImageName(after.name))
    return { diff: await diffImages(before.file, after.file, signal ? { signal } : {}), table: null };
  if (!((await isTable(before)) && (await isTable(after)))) {
    if (options.key?.length || Object.keys(options.tolerance ?? {}).length > 0)
      throw new AppError('BAD_REQUEST', 'A key and a tolerance are for tables, and these are not two tables.');
    return { diff: await diffBytes(before, after, options.signal), table: null };
  }
  options.onStage?.('Comparing bytes');
  const same = await sameBytes(before.file, after.file, options.signal);
  const table = await keepTableDiff({ old: before, now: after, sameBytes: same }, options);
  return { diff: table.open.result, table };
}

/**
 * Compares two files or two folders on the disk, given by path, or by path and name where the name says more.
 * @throws AppError BAD_REQUEST also when one is missing, CANCELLED
 */
export async function diffPaths(
  old: string | DataFile,
  now: string | DataFile,
  options: DiffOptions = {},
  exports: DiffExports = {},
): Promise<Diff> {
  const [before, after] = [await onDiskAs(old, options.signal), await onDiskAs(now, options.signal)];
  return compareAndExport(before, after, options, exports);
}

/** Compares, and writes what else is wanted of the comparison. */
export async function compareAndExport(
  before: Located,
  after: Located,
  options: DiffOptions,
  exports: DiffExports,
): Promise<Diff> {
  const compared = await compare(before, after, options);
  try {
    await writeExports(compared, { old: before.name, now: after.name }, exports);
    return compared.diff;
  } finally {
    await compared.table?.close();
  }
}

async function onDiskAs(side: string | DataFile, signal: AbortSignal | undefined): Promise<Located> {
  const path = typeof side === 'string' ? side : side.file;
  // a link's target may have a name of its own; what the file is called here says what it is
  const name = typeof side === 'string' ? basename(path) : side.name;
  let real: string;
  try {
    real = await realpath(path);
  } catch (error) {
    throw new AppError('BAD_REQUEST', `There is no file or folder ${path} that can be read.`, {}, { cause: error });
  }
  return onDisk(real, { name, label: name }, signal);
}
