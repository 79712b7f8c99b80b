import type { KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import { isInside } from '../../platform/paths.ts';
import { MAX_BUNDLE_BYTES, makeBundle, type Verified, verifyBundle } from './bundle.ts';
import { differencesOf, inWords } from './compare.ts';
import { type HashOptions, hashFiles } from './folder.ts';
import { GIT_PATHS, statementOf } from './statement.ts';

type Options = Omit<HashOptions, 'ignore'> & {
  /** `model.sig` in the folder, or beside the file with `.sig` behind its name, when it is not said */
  readonly signature?: string | undefined;
};

export function signatureOf(path: string, given?: string): string {
  if (given !== undefined) return resolve(given);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new AppError('NOT_FOUND', `There is nothing at ${path}.`);
  return stat.isDirectory() ? join(path, 'model.sig') : `${resolve(path)}.sig`;
}

const ignored = (path: string, signature: string): string[] => {
  const inside = resolve(path) !== signature && isInside(resolve(path), signature);
  return [...(inside ? [relative(resolve(path), signature).split(sep).join('/')] : []), ...GIT_PATHS];
};

/** Signs whatever lies at a path, as `model_signing sign key` does; an older signature is replaced. */
export async function signPath(
  path: string,
  key: KeyObject,
  options: Options,
): Promise<{ signature: string; files: number }> {
  const signature = signatureOf(path, options.signature);
  const ignorePaths = ignored(path, signature);
  const { name, files } = await hashFiles(path, { ...options, ignore: ignorePaths });
  if (files.length === 0) throw new AppError('BAD_REQUEST', `There is no file to sign in ${path}.`);
  const statement = statementOf(name, files, { ignorePaths, allowSymlinks: options.followLinks ?? false });
  writeFileAtomic(signature, makeBundle(statement, key));
  return { signature, files: files.length };
}

/**
 * Checks a signature and the files at a path.
 * @throws AppError BAD_REQUEST when the signature does not hold, CONFLICT when the files are not those that were signed, NOT_FOUND
 */
export async function verifyPath(
  path: string,
  trust: { keys: readonly KeyObject[]; roots: readonly X509Certificate[] },
  options: Options & { readonly ignoreUnsigned?: boolean },
): Promise<Verified & { signature: string }> {
  const signature = signatureOf(path, options.signature);
  const stat = statSync(signature, { throwIfNoEntry: false });
  if (!stat) throw new AppError('NOT_FOUND', `There is no signature at ${signature}. Name it with --signature.`);
  if (stat.size > MAX_BUNDLE_BYTES) throw new AppError('BAD_REQUEST', `${signature} is too large for a signature.`);
  const verified = verifyBundle(readFileSync(signature, 'utf8'), trust);
  const { signed } = verified;
  const ignore = [...ignored(path, signature), ...signed.ignorePaths];
  const followLinks = options.followLinks ?? signed.allowSymlinks;
  // files that nobody signed need not be read, nor may they be in the way
  const only = options.ignoreUnsigned ? new Set(signed.files.map((file) => file.path)) : null;
  const { files } = await hashFiles(path, { ...options, followLinks, ignore, only });
  const different = inWords(differencesOf(signed, files, options.ignoreUnsigned));
  if (different) throw new AppError('CONFLICT', different);
  return { ...verified, signature };
}
