import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { AppError, messageOf } from '../../../shared/errors.ts';

/**
 * The one text of a JSON value (RFC 8785): what hashes and signatures are made of. Properties that are `undefined` are left out.
 * @throws AppError BAD_REQUEST for what JSON cannot hold (NaN, infinities, lone surrogates, cycles)
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (error) {
    throw new AppError('BAD_REQUEST', `This cannot be written as JSON: ${messageOf(error)}.`);
  }
  if (text === undefined) throw new AppError('BAD_REQUEST', 'This cannot be written as JSON: there is no value.');
  return text;
}

/** SHA-256 of a text or bytes, 64 lower-case hex digits. */
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** SHA-256 of a value's canonical JSON, 64 lower-case hex digits. */
export const digestOf = (value: unknown): string => sha256(canonicalJson(value));
