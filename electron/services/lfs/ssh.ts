import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { runOverSsh } from '../remotes/ssh-run.ts';
import type { BatchTarget } from './batch.ts';
import type { Operation } from './endpoint.ts';
import { saidBy } from './problems.ts';

const Answer = z.object({
  href: z.string().nullish(),
  header: z.record(z.string(), z.string()).nullish(),
  expires_at: z.string().nullish(),
  expires_in: z.number().nullish(),
});

/** What is left of a leave when it is asked for anew. */
const SPARE_MS = 30_000;
const USUAL_MS = 300_000;

/**
 * Asks for leave over SSH, as git-lfs does (docs/api/server-discovery.md): `git-lfs-authenticate PATH download|upload`. A server that has
 * no such command is asked over HTTPS, without leave.
 * @throws AppError UNAUTHORIZED, FORBIDDEN, UNAVAILABLE
 */
export async function sshTarget(
  { url, path }: { url: string; path: string },
  operation: Operation,
  plain: BatchTarget,
  signal: AbortSignal,
): Promise<{ target: BatchTarget; until: number }> {
  const { code, stdout, stderr } = await runOverSsh(url, `git-lfs-authenticate ${quoted(path)} ${operation}`, signal);
  if (code === 127 || /not found|unknown command|not a valid command/i.test(stderr))
    return { target: plain, until: Number.POSITIVE_INFINITY };
  const answer = Answer.safeParse(jsonOf(stdout));
  if (code !== 0 || !answer.success)
    throw new AppError(
      'FORBIDDEN',
      `The SSH server does not let you ${operation === 'upload' ? 'push to' : 'pull from'} ${path}. It says: "${saidBy(stderr || stdout) || 'nothing'}". Check the remote's address and your key.`,
    );
  const { href, header, expires_at, expires_in } = answer.data;
  const until = expires_in ? Date.now() + expires_in * 1000 : Date.parse(expires_at ?? '');
  return {
    target: { url: (href ?? plain.url).replace(/\/+$/, ''), headers: header ?? {} },
    until: (Number.isFinite(until) ? until : Date.now() + USUAL_MS) - SPARE_MS,
  };
}

const quoted = (text: string): string =>
  /^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
