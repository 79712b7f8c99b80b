import { AppError } from '../../../shared/errors.ts';

/** semver.org, with the `v` that GTO writes before it. */
const VERSION = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

/**
 * The artifact that a dataset is for GTO, whose names allow small letters, digits, `-` and `/` only (gto/constants.py): the path without
 * its ending, everything else as `-`. `data/Train_v2.csv` is `data/train-v2`.
 */
export function artifactName(path: string): string {
  const name = path
    .replace(/(?<=[^/])\.[A-Za-z0-9.]{1,20}$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9/]+/g, '-')
    .replaceAll(/-*\/-*/g, '/')
    .replaceAll(/^[-/]+|[-/]+$/g, '');
  return name === '' ? 'data' : name;
}

/**
 * The tag that registers a version of an artifact, `name@v1.2.0`.
 * @param version with or without the `v`, or the whole tag
 * @throws AppError BAD_REQUEST
 */
export function versionTag(artifact: string, version: string): string {
  const bare = version.startsWith(`${artifact}@`) ? version.slice(artifact.length + 1) : version;
  const written = /^\d/.test(bare) ? `v${bare}` : bare;
  if (!VERSION.test(written))
    throw new AppError(
      'BAD_REQUEST',
      `"${version}" is no version. Write three numbers, as in v1.2.0 (major: other columns or meaning; minor: more data; patch: corrections).`,
    );
  return `${artifact}@${written}`;
}

/** Whether a tag says something about an artifact: one of its own, or one of the whole repository such as `v1.0`. */
export const concerns = (tag: string, artifact: string): boolean =>
  tag.includes('@') ? tag.startsWith(`${artifact}@`) : !tag.includes('#');
