import { AppError } from '../../../shared/errors.ts';
import { networkProblem, passing, statusProblem } from '../remotes/problems.ts';
import type { WebAnswer } from './client.ts';

const TRUST = "Name its authority's file as ca of the target in assay.yaml, or use another address.";

/** Why there was no answer, in a sentence. */
export const connectionProblem = (error: unknown, address: string): AppError =>
  error instanceof AppError
    ? error
    : (networkProblem(error, address, TRUST) ??
      passing(`${address} did not answer as HTTP servers do. Check the address of the target.`, null, error));

/** An answer that ended before all of it had come. */
export const cut = (address: string): AppError =>
  passing(`${address} ended its answer early. Check the network, then run this again.`);

/** At most 300 characters of a server's own words, without control characters, for the middle of a sentence. */
export const printable = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
    .replace(/[.!]+$/, '');

/**
 * What a status that is no success means, as an AppError with `status` in its data. It may pass (`mayPass`) for 408, 429 and 5xx, after what
 * Retry-After says.
 * @param address how the sentence calls the server
 * @param told the server's own words; null when it said nothing worth repeating
 */
export function answerProblem(
  { status, headers }: Pick<WebAnswer, 'status' | 'headers'>,
  address: string,
  told: string | null = null,
): AppError {
  const words = told && printable(told) !== '' ? ` It says: ${printable(told)}.` : '';
  const fail = (code: ConstructorParameters<typeof AppError>[0], message: string): AppError =>
    new AppError(code, `${message}${words}`, { status });
  if (status === 401)
    return fail('UNAUTHORIZED', `${address} wants to know who you are (401). Check user and secret of the target.`);
  if (status === 403)
    return fail(
      'FORBIDDEN',
      `${address} does not let you do this (403). Check the rights of the account that you use.`,
    );
  if (status === 404) return fail('NOT_FOUND', `${address} does not have this (404). Check the url of the target.`);
  if (status === 409)
    return fail('CONFLICT', `${address} has something else there already (409). Look at what it has.`);
  if (status === 413)
    return fail(
      'UNAVAILABLE',
      `${address} does not take bodies of this size (413). Its administrator can raise the limit.`,
    );
  if (status === 408 || status === 429 || status >= 500) {
    const general = statusProblem(status, address, headers['retry-after'] ?? null);
    return new AppError(general.code, `${general.message}${words}`, general.data);
  }
  return fail('UNAVAILABLE', `${address} answered with ${status}. Check that the url of the target is right.`);
}
