import { inc } from 'semver';
import type { ModelDefinition, ModelSignature } from '../../../shared/contract/models.ts';
import { canonicalJson } from '../audit/canonical.ts';

export type NextVersion = { readonly version: string; readonly why: string };

/**
 * The version that comes after the newest: major when inputs or outputs changed, minor when it was made of other data or code, patch otherwise
 * (semver.org). The first is 1.0.0. A pre-release is followed by its release.
 */
export function nextVersion(
  newest: ModelDefinition | null,
  made: Pick<ModelDefinition, 'data' | 'code'> & { signature: ModelSignature | null },
): NextVersion {
  if (!newest) return { version: '1.0.0', why: 'It is the first version.' };
  const next = (step: 'major' | 'minor' | 'patch', why: string): NextVersion => ({
    version: inc(newest.version, step)!,
    why: `${why} since ${newest.version}.`,
  });
  if (made.signature !== null && newest.signature !== null && !same(made.signature, newest.signature))
    return next('major', 'Inputs or outputs changed');
  const other = [
    ...(same(dataOf(newest), dataOf(made)) ? [] : ['data']),
    ...(same(codeOf(newest), codeOf(made)) ? [] : ['code']),
  ];
  if (other.length > 0) return next('minor', `The ${other.join(' and the ')} changed`);
  return next('patch', 'Neither inputs and outputs nor data nor code changed');
}

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
const dataOf = ({ data }: Pick<ModelDefinition, 'data'>) => data.map(({ path, hash }) => [path, hash]).sort();
/** Changes that were not committed are other code whatever the commit says. */
const codeOf = ({ code }: Pick<ModelDefinition, 'code'>) => [code?.commit ?? null, code?.dirty ?? null];
