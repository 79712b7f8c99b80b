import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../shared/errors.ts';
import { isIgnored, type SignedFile } from './statement.ts';

const MAX_FILES = 1_000_000;

export type HashOptions = {
  /** paths below the folder, with `/`, that are left out with all below them */
  readonly ignore: readonly string[];
  /** take what symbolic links lead to; they are refused otherwise */
  readonly followLinks?: boolean;
  /** nothing but these paths */
  readonly only?: ReadonlySet<string> | null;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (count: number, path: string) => void;
};

/**
 * The files at a path with their SHA-256, as `model_signing` sees them: below a folder by their path from it, a single file as `.`.
 * @throws AppError NOT_FOUND, BAD_REQUEST at a symbolic link, CANCELLED
 */
export async function hashFiles(path: string, options: HashOptions): Promise<{ name: string; files: SignedFile[] }> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) throw new AppError('NOT_FOUND', `There is nothing at ${path}.`);
  const files: SignedFile[] = [];
  for (const file of filesAt(path, path, options)) {
    const name = file === path ? '.' : relative(path, file).split(sep).join('/');
    files.push({ path: name, sha256: await sha256Of(file, name, options) });
    if (files.length > MAX_FILES) throw new AppError('BAD_REQUEST', `${path} has more than ${MAX_FILES} files.`);
  }
  return { name: basename(realpathSync(path)), files };
}

function* filesAt(path: string, top: string, options: HashOptions): Generator<string> {
  const name = relative(top, path).split(sep).join('/');
  if (name !== '' && isIgnored(name, options.ignore)) return;
  const link = lstatSync(path).isSymbolicLink();
  const { only } = options;
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (only && name !== '' && !(only.has(name) || (folder && [...only].some((one) => one.startsWith(`${name}/`)))))
    return;
  if (link && !options.followLinks)
    throw new AppError('BAD_REQUEST', `${path} is a symbolic link. Give --allow-symlinks to take what it leads to.`);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) yield path;
  else if (!stat?.isDirectory()) throw new AppError('BAD_REQUEST', `${path} is neither a file nor a folder.`);
  // as Python's glob: folders behind links are not entered
  else if (!link || path === top)
    for (const entry of readdirSync(path).sort()) yield* filesAt(join(path, entry), top, options);
}

async function sha256Of(file: string, name: string, { signal, onBytes }: HashOptions): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      if (signal?.aborted) throw new AppError('CANCELLED', 'Cancelled.');
      hash.update(chunk);
      onBytes?.(chunk.length, name);
    }
  });
  return hash.digest('hex');
}
