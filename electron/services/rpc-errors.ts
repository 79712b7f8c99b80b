import { randomBytes } from 'node:crypto';
import { ORPCError } from '@orpc/server';
import { AppError, ERROR_STATUS, messageOf } from '../../shared/errors.ts';
import type { Log } from '../platform/log.ts';

/**
 * What crosses to a client when something was thrown: an `AppError` as it is; input that does not fit the contract as BAD_REQUEST with
 * the first issue; anything else as INTERNAL_SERVER_ERROR with a short id that is found in the log, where the cause stays.
 */
export function toClientError(error: unknown, log: Log): unknown {
  if (error instanceof AppError) {
    return new ORPCError(error.code, { status: ERROR_STATUS[error.code], message: error.message, data: error.data });
  }
  if (error instanceof ORPCError)
    return error.code === 'BAD_REQUEST' ? new ORPCError('BAD_REQUEST', { message: firstIssue(error) }) : error;
  if ((error as { name?: unknown } | null)?.name === 'AbortError') return error;
  const id = randomBytes(4).toString('hex');
  log.error('unexpected error', {
    id,
    error: messageOf(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    message: `Something went wrong inside Assay (${id}). The log has the details.`,
    data: { id },
  });
}

function firstIssue(error: ORPCError<string, unknown>): string {
  const issues = (error.data as { issues?: { message?: string; path?: PropertyKey[] }[] } | undefined)?.issues;
  const issue = issues?.[0];
  if (!issue) return error.message;
  const where = (issue.path ?? []).map(String).join('.');
  return `${where ? `${where}: ` : ''}${issue.message ?? 'not valid'}`;
}
