import type { RemoteInfo } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';

/** A remote as `.dvc/config` and the files that overlay it describe it. */
export type RemoteSettings = {
  readonly name: string;
  /** as configured; it may hold a user name and a password */
  readonly url: string;
  /** DVC's own options of the remote, keys in lower case: `endpointurl`, `keyfile`, `password` … */
  readonly settings: Readonly<Record<string, string>>;
};

/** How a remote is reached, told from its address. */
export function kindOf(url: string): RemoteInfo['kind'] {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'file') return 'folder';
  if (scheme === 's3' || scheme === 'ssh') return scheme;
  return scheme === 'http' || scheme === 'https' ? 'http' : 'unknown';
}

/** An address for people and logs: without user name, password, and the query, in which some servers keep a key. */
export function publicUrl(url: string): string {
  if (kindOf(url) === 'folder') return url;
  return url.replace(/^([a-z][a-z0-9+.-]+:\/\/)[^/?#]*@/i, '$1').replace(/[?#].*$/s, '');
}

/** What a setting says that DVC reads as true or false. */
export const isOn = (value: string | undefined, otherwise: boolean): boolean =>
  value === undefined ? otherwise : value.toLowerCase() === 'true';

/**
 * A setting that is a number above zero.
 * @throws AppError BAD_REQUEST when it is none
 */
export function numberOf({ name, settings }: RemoteSettings, key: string, otherwise: number): number {
  const text = settings[key];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && (key !== 'jobs' || Number.isInteger(value))) return value;
  throw new AppError('BAD_REQUEST', `${key} of the remote "${name}" is no number that can be used. Correct it.`);
}
