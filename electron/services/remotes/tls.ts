import { readFileSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';

/**
 * DVC's `ssl_verify`: false trusts anybody, a path names the authorities to trust in place of the system's.
 * @throws AppError BAD_REQUEST when the file cannot be read
 */
export function tlsOptions(verify: string | undefined): { rejectUnauthorized?: boolean; ca?: Buffer } {
  if (verify === undefined || verify === '' || /^true$/i.test(verify)) return {};
  if (/^false$/i.test(verify)) return { rejectUnauthorized: false };
  try {
    return { ca: readFileSync(verify) };
  } catch {
    throw new AppError('BAD_REQUEST', `ssl_verify of the remote names ${verify}, which cannot be read. Correct it.`);
  }
}
