import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';

/** A file as a signature names it: path below the model's folder with `/`, SHA-256 in hex. */
export type SignedFile = { readonly path: string; readonly sha256: string };

export const PREDICATE = 'https://model_signing/signature/v1.0';
/** What `model_signing` leaves out at the top of a model's folder, signing and verifying. */
export const GIT_PATHS: readonly string[] = ['.git', '.gitattributes', '.github', '.gitignore'];
const MAX_RESOURCES = 1_000_000;

const Hex = z
  .string()
  .regex(/^[0-9a-f]+$/i)
  .max(128);
const Statement = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z
    .array(z.object({ name: z.string().max(4096).default(''), digest: z.object({ sha256: Hex.length(64) }) }))
    .length(1),
  predicateType: z.string(),
  predicate: z.object({
    serialization: z.object({
      method: z.string(),
      hash_type: z.string().optional(),
      allow_symlinks: z.boolean().default(false),
      ignore_paths: z.array(z.string().max(4096)).max(10_000).default([]),
    }),
    resources: z
      .array(z.object({ name: z.string().min(1).max(4096), algorithm: z.string().max(100), digest: Hex }))
      .max(MAX_RESOURCES),
    assay: z.object({ model: z.string(), version: z.string(), definition: Hex.length(64) }).optional(),
  }),
});

/** What was signed, checked in itself: the root digest fits the files, no file is there twice or leads outside. */
export type Signed = {
  readonly name: string;
  readonly files: readonly SignedFile[];
  readonly ignorePaths: readonly string[];
  readonly allowSymlinks: boolean;
  /** the version that Assay signed; null for signatures of others */
  readonly assay: { readonly model: string; readonly version: string; readonly definition: string } | null;
};

/** SHA-256 over the raw digests one after the other. */
function rootDigest(digests: readonly string[]): string {
  const hash = createHash('sha256');
  for (const digest of digests) hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

/** In the order of Python's paths: folder by folder. */
export function byParts(a: SignedFile, b: SignedFile): number {
  const [left, right] = [a.path.split('/'), b.path.split('/')];
  for (let i = 0; i < Math.min(left.length, right.length); i++)
    if (left[i] !== right[i]) return compareCodePoints(left[i]!, right[i]!);
  return left.length - right.length;
}

const compareCodePoints = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * The in-toto statement that `model_signing` signs (sigstore/model-transparency, `_signing/signing.py`). Files that it leaves out by itself are
 * left out here as well. `assay` is a field of our own; others pass over it.
 */
export function statementOf(
  name: string,
  files: readonly SignedFile[],
  {
    ignorePaths,
    allowSymlinks = false,
    assay = null,
  }: { ignorePaths: readonly string[]; allowSymlinks?: boolean; assay?: Signed['assay'] },
): string {
  const signed = files.filter(({ path }) => !isIgnored(path, ignorePaths)).sort(byParts);
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256: rootDigest(signed.map((file) => file.sha256)) } }],
    predicateType: PREDICATE,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: allowSymlinks, ignore_paths: ignorePaths },
      resources: signed.map(({ path, sha256 }) => ({ name: path, algorithm: 'sha256', digest: sha256 })),
      ...(assay ? { assay } : {}),
    },
  });
}

/** True for a path that is named, or lies below one that is. */
export const isIgnored = (path: string, ignored: readonly string[]): boolean =>
  ignored.some((one) => path === one || path.startsWith(`${one}/`));

/**
 * Reads what was signed. The text is hostile until its signature is checked, and its author may be as well.
 * @throws AppError BAD_REQUEST saying what is wrong, or that this kind cannot be checked
 */
export function parseStatement(text: string): Signed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong('what it signs is no JSON');
  }
  const type = (value as { predicateType?: unknown } | null)?.predicateType;
  if (typeof type === 'string' && type !== PREDICATE)
    throw wrong(`it signs "${type.slice(0, 100)}", not a model as OpenSSF Model Signing 1.0 does`);
  const parsed = Statement.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw wrong(`what it signs is not well formed (${issue.path.join('.')}: ${issue.message})`);
  }
  const { subject, predicate } = parsed.data;
  const { method, hash_type, allow_symlinks, ignore_paths } = predicate.serialization;
  if (method !== 'files')
    throw wrong(`it was made over "${method.slice(0, 40)}" of files, which Assay cannot check; only whole files`);
  const other = [hash_type ?? 'sha256', ...predicate.resources.map((one) => one.algorithm)].find(
    (one) => one !== 'sha256',
  );
  if (other !== undefined)
    throw wrong(
      `its files are hashed with ${other.slice(0, 40)}; Assay checks SHA-256 only. Sign again with SHA-256, or check it with model_signing`,
    );
  const names = new Set<string>();
  for (const { name, digest } of predicate.resources) {
    if (!isPlainPath(name)) throw wrong(`it names "${name.slice(0, 100)}", which leads outside of the model`);
    if (digest.length !== 64) throw wrong(`the digest of "${name.slice(0, 100)}" is no SHA-256`);
    if (names.has(name)) throw wrong(`it names "${name.slice(0, 100)}" twice`);
    names.add(name);
  }
  if (rootDigest(predicate.resources.map((one) => one.digest)) !== subject[0]!.digest.sha256.toLowerCase())
    throw wrong('its files do not give the digest of the whole that it names');
  return {
    name: subject[0]!.name,
    files: predicate.resources.map(({ name, digest }) => ({ path: name, sha256: digest.toLowerCase() })),
    ignorePaths: ignore_paths,
    allowSymlinks: allow_symlinks,
    assay: predicate.assay ?? null,
  };
}

/** `.` is what `model_signing` calls a model that is one file. */
function isPlainPath(name: string): boolean {
  if (name === '.') return true;
  return (
    !/[\0\\]/.test(name) &&
    !name.startsWith('/') &&
    name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

export const wrong = (why: string): AppError => new AppError('BAD_REQUEST', `This signature is not accepted: ${why}.`);
