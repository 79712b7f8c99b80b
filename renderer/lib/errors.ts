import { ORPCError } from '@orpc/client';
import { AppError, type ErrorCode, messageOf } from '../../shared/errors.ts';

/** The sentence of an error, for a person. An interrupted call says that the line was lost, not "AbortError". */
export function errorText(error: unknown): string {
  if (isLost(error)) return 'The connection to Assay was lost before the answer came. Try again.';
  return messageOf(error) || 'Something went wrong.';
}

/** The code of an error that the host sent; null when it is not one of ours. */
export function errorCode(error: unknown): ErrorCode | null {
  if (error instanceof AppError) return error.code;
  if (error instanceof ORPCError) return error.code as ErrorCode;
  return null;
}

/** True when asking again may help: the line was lost, or the host was not ready. An answer that says no is final. */
export function mayRetry(error: unknown): boolean {
  const code = errorCode(error);
  return code === null ? isLost(error) : code === 'UNAVAILABLE';
}

function isLost(error: unknown): boolean {
  if (error instanceof ORPCError || error instanceof AppError || !(error instanceof Error)) return false;
  return error.name === 'AbortError' || /WebSocket is not open|queue|closed|aborted/i.test(error.message);
}
