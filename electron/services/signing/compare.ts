import type { Signed, SignedFile } from './statement.ts';
import { GIT_PATHS, isIgnored } from './statement.ts';

/** What differs between what was signed and what is there; paths, sorted. */
export type Differences = { readonly missing: string[]; readonly extra: string[]; readonly changed: string[] };

/**
 * Compares files with what a signature names. Those that the signature leaves out, and git's own at the top, are no difference.
 * @param ignoreUnsigned files that were not signed may be there
 */
export function differencesOf(signed: Signed, files: readonly SignedFile[], ignoreUnsigned = false): Differences {
  const there = new Map(files.map((file) => [file.path, file.sha256]));
  const named = new Set(signed.files.map((file) => file.path));
  const left = [...signed.ignorePaths, ...GIT_PATHS];
  return {
    missing: signed.files.flatMap(({ path }) => (there.has(path) ? [] : [path])).sort(),
    changed: signed.files
      .flatMap(({ path, sha256 }) => (there.has(path) && there.get(path) !== sha256 ? [path] : []))
      .sort(),
    extra: ignoreUnsigned
      ? []
      : files.flatMap(({ path }) => (named.has(path) || isIgnored(path, left) ? [] : [path])).sort(),
  };
}

/** Null when nothing differs, else a sentence. */
export function inWords({ missing, extra, changed }: Differences): string | null {
  const part = (what: string, paths: readonly string[]): string[] =>
    paths.length === 0
      ? []
      : [`${what}: ${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`];
  const parts = [...part('changed', changed), ...part('missing', missing), ...part('not signed', extra)];
  return parts.length === 0 ? null : `The files are not those that were signed (${parts.join('; ')}).`;
}
