import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import { networkProblem, passing } from '../remotes/problems.ts';

const MAX_SAID = 300;

/** What a server said about itself in an error, fit to be shown: one line, bounded, no control characters. */
export const saidBy = (text: unknown): string =>
  typeof text === 'string'
    ? text
        .replaceAll(/\p{Cc}+/gu, ' ')
        .trim()
        .slice(0, MAX_SAID)
    : '';

/**
 * What a status other than success says, in a sentence (git-lfs, docs/api/batch.md).
 * @param said the server's own words, perhaps empty
 * @param retryAfter the header as it came
 */
export function lfsProblem(
  status: number,
  { address, said, retryAfter = null }: { address: string; said: string; retryAfter?: string | null },
): AppError {
  const quoted = said === '' ? '' : ` It says: "${said}".`;
  const fail = (code: ErrorCode, what: string, next: string): AppError =>
    new AppError(code, `${what}${quoted} ${next}`, { status });
  switch (status) {
    case 401:
      return fail(
        'UNAUTHORIZED',
        `The LFS server ${address} does not know who you are (401).`,
        'Give user and password in ~/.netrc or with "git config credential.helper store", or set ASSAY_LFS_USER and ASSAY_LFS_TOKEN.',
      );
    case 403:
      return fail(
        'FORBIDDEN',
        `The LFS server ${address} does not let you do this (403).`,
        'Ask for the right to it, or use another account.',
      );
    case 404:
    case 410:
      return fail(
        'NOT_FOUND',
        `There is no LFS server, or no such repository, at ${address} (${status}).`,
        'Check the address of the remote, lfs.url, and whether you may see it.',
      );
    case 406:
      return fail('UNAVAILABLE', `${address} is no LFS server of a kind that is known (406).`, 'Check lfs.url.');
    case 409:
      return fail(
        'CONFLICT',
        `The LFS server ${address} hashes otherwise than with SHA-256 (409).`,
        'Use another server.',
      );
    case 413:
      return fail(
        'UNAVAILABLE',
        `That is more than the LFS server ${address} takes at once (413).`,
        'Ask its administrator for the limit.',
      );
    case 422:
      return fail('BAD_REQUEST', `The LFS server ${address} refuses this (422).`, 'Run "assay data verify" first.');
    case 501:
      return fail('UNAVAILABLE', `The LFS server ${address} cannot do this (501).`, 'Use another server.');
    case 507:
      return fail('UNAVAILABLE', `The LFS server ${address} is full (507).`, 'Free some space there, then try again.');
    case 509:
      return fail(
        'UNAVAILABLE',
        `The quota of the LFS server ${address} is used up (509).`,
        'Wait until it counts anew, or buy more of it.',
      );
    default: {
      const mayPass = status === 408 || status === 429 || status >= 500;
      const message = `The LFS server ${address} ${mayPass ? 'cannot answer for now' : 'answered'} (${status}).${quoted} ${mayPass ? 'Try again later; what has arrived is kept.' : 'Check lfs.url.'}`;
      return mayPass ? passing(message, waitOf(retryAfter)) : new AppError('UNAVAILABLE', message, { status });
    }
  }
}

/** A Retry-After header, seconds or a date, in milliseconds; at most a minute. */
function waitOf(header: string | null): number | null {
  if (!header) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(60_000, Math.max(0, ms)) : null;
}

/** An error of the connection as one that may pass. */
export function connectionProblem(error: unknown, address: string): AppError {
  if (error instanceof AppError) return error;
  return (
    networkProblem(error, address) ??
    passing(
      `The connection to ${address} was cut. Check the network and try again; what has arrived is kept.`,
      null,
      error,
    )
  );
}
