import { AppError, type ErrorCode } from '../../../shared/errors.ts';

/** An error that may pass by itself; `retryAfterMs` is what the server asks for. */
export function passing(message: string, retryAfterMs: number | null = null, cause?: unknown): AppError {
  return new AppError('UNAVAILABLE', message, { transient: true, retryAfterMs }, { cause });
}

/** True for an error after which trying again makes sense. */
export const mayPass = (error: unknown): boolean => error instanceof AppError && error.data.transient === true;

export const cancelled = (): AppError => new AppError('CANCELLED', 'Cancelled. What was done so far is kept.');

const NETWORK: Record<string, string> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'nothing answers there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'it did not answer in time',
  ESOCKETTIMEDOUT: 'it did not answer in time',
  TimeoutError: 'it did not answer in time',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'the network is not reachable',
  ECONNABORTED: 'the connection was cut',
};
const CERTIFICATE = /CERT|SIGNED|ERR_TLS|UNABLE_TO_(?:GET|VERIFY)|ERR_SSL/;

/** The code of an error or of what caused it: several addresses of one host fail as an AggregateError. */
export function codeOf(error: unknown): string {
  const { code, name, errors, cause } = (error ?? {}) as {
    code?: unknown;
    name?: unknown;
    errors?: unknown[];
    cause?: unknown;
  };
  if (typeof code === 'string' && code !== '') return code;
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return cause ? codeOf(cause) : typeof name === 'string' ? name : '';
}

/**
 * What went wrong on the network, in a sentence; null when it was something else.
 * @param trust what to do about a certificate that is not trusted
 */
export function networkProblem(
  error: unknown,
  address: string,
  trust = "Name its authority's file as ssl_verify of the remote, or use another address.",
): AppError | null {
  const code = codeOf(error);
  if (CERTIFICATE.test(code))
    return new AppError('UNAVAILABLE', `The certificate of ${address} is not trusted (${code}). ${trust}`);
  const why = NETWORK[code];
  if (!why) return null;
  const message = `${address} cannot be reached: ${why}. Check the address and the network.`;
  if (code === 'ENOTFOUND') return new AppError('UNAVAILABLE', message, {}, { cause: error });
  // a server that is not there may just be starting again, but seldom is
  return new AppError(
    'UNAVAILABLE',
    message,
    { transient: true, ...(code === 'ECONNREFUSED' ? { attempts: 3 } : {}) },
    { cause: error },
  );
}

/** What an HTTP status other than success says. `retryAfter` is the header as it came, `name` what the server calls it. */
export function statusProblem(
  status: number,
  address: string,
  retryAfter: string | null = null,
  name: string | null = null,
): AppError {
  const told = name === null ? String(status) : `${status}, ${name}`;
  const fail = (code: ErrorCode, message: string): AppError => new AppError(code, message, { status });
  if (status === 401)
    return fail(
      'UNAUTHORIZED',
      `${address} wants to know who you are (401). Check user, password or key of the remote.`,
    );
  if (status === 403)
    return fail(
      'FORBIDDEN',
      `${address} does not let you do this (403). Check the rights of the account that you use.`,
    );
  if (status === 408 || status === 429 || status >= 500)
    return new AppError(
      'UNAVAILABLE',
      status === 507
        ? `${address} is full (507). Free some space there, then run this again; what has arrived is kept.`
        : `${address} cannot answer for now (${told}). Try again later; what has arrived is kept.`,
      { transient: status !== 501 && status !== 507, retryAfterMs: waitOf(retryAfter), status },
    );
  return fail('UNAVAILABLE', `${address} answered with ${told}. Check that the address of the remote is right.`);
}

/** A Retry-After header, seconds or a date, in milliseconds; at most a minute. */
function waitOf(header: string | null): number | null {
  if (!header) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(60_000, Math.max(0, ms)) : null;
}
