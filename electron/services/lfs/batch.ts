import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { Operation } from './endpoint.ts';
import { addressOf, type LfsHttp } from './http.ts';
import { isOid } from './pointer.ts';
import { lfsProblem, saidBy } from './problems.ts';

export const MEDIA_TYPE = 'application/vnd.git-lfs+json';
const MAX_ANSWER_BYTES = 20_000_000;

export type Wanted = { readonly oid: string; readonly size: number };

const Action = z.object({
  href: z.string().max(20_000),
  header: z.record(z.string(), z.string()).nullish(),
});
export type Action = { readonly href: string; readonly header: Readonly<Record<string, string>> };

const Answer = z.object({
  transfer: z.string().nullish(),
  hash_algo: z.string().nullish(),
  objects: z.array(
    z.object({
      oid: z.string(),
      size: z.number().nullish(),
      authenticated: z.boolean().nullish(),
      actions: z.object({ download: Action.nullish(), upload: Action.nullish(), verify: Action.nullish() }).nullish(),
      error: z.object({ code: z.number(), message: z.string().nullish() }).nullish(),
    }),
  ),
});

/** What a server says about one object: what to do, nothing (it has it), or why not. */
export type BatchObject = Wanted & {
  /** the actions need no credentials of ours */
  readonly authenticated: boolean;
  readonly download: Action | null;
  readonly upload: Action | null;
  readonly verify: Action | null;
  readonly error: AppError | null;
};

export type BatchTarget = {
  readonly url: string;
  /** headers that `git-lfs-authenticate` gave */
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * Asks for leave to exchange objects (git-lfs, docs/api/batch.md); the answers are in the order of the objects.
 * @param ref the full name of the branch, for servers whose rights depend on it
 * @throws AppError for what concerns all of them
 */
export async function askBatch(
  http: LfsHttp,
  target: BatchTarget,
  operation: Operation,
  objects: readonly Wanted[],
  ref: string | null,
  signal: AbortSignal,
): Promise<BatchObject[]> {
  const address = addressOf(target.url);
  const answer = await postJson(
    http,
    { url: `${target.url}/objects/batch`, headers: target.headers },
    {
      operation,
      transfers: ['basic'],
      ...(ref === null ? {} : { ref: { name: ref } }),
      objects: objects.map(({ oid, size }) => ({ oid, size })),
      hash_algo: 'sha256',
    },
    { ours: true, signal },
  );
  const parsed = Answer.safeParse(answer);
  if (!parsed.success)
    throw new AppError(
      'UNAVAILABLE',
      `${address} answered with something else than the LFS API. Check lfs.url and the address of the remote.`,
    );
  const { transfer, hash_algo, objects: told } = parsed.data;
  if ((transfer ?? 'basic') !== 'basic')
    throw new AppError('UNAVAILABLE', `The LFS server ${address} wants transfers of the kind "${saidBy(transfer)}".`);
  if ((hash_algo ?? 'sha256') !== 'sha256') throw lfsProblem(409, { address, said: '' });
  const byOid = new Map(told.filter((one) => isOid(one.oid)).map((one) => [one.oid, one]));
  return objects.map(({ oid, size }) => {
    const one = byOid.get(oid);
    const action = (found: z.infer<typeof Action> | null | undefined): Action | null =>
      found ? { href: found.href, header: found.header ?? {} } : null;
    return {
      oid,
      size,
      authenticated: one?.authenticated === true,
      download: action(one?.actions?.download),
      upload: action(one?.actions?.upload),
      verify: action(one?.actions?.verify),
      error: one?.error
        ? objectProblem(one.error.code, saidBy(one.error.message), oid, address)
        : one
          ? null
          : objectProblem(404, '', oid, address),
    };
  });
}

function objectProblem(code: number, said: string, oid: string, address: string): AppError {
  const name = oid.slice(0, 12);
  if (code === 404 || code === 410)
    return new AppError(
      'NOT_FOUND',
      `The LFS server ${address} does not have the object ${name}… (${code}). Whoever committed it has to push it ("assay data push" or "git lfs push --all").`,
      { status: code },
    );
  if (code === 422)
    return new AppError(
      'BAD_REQUEST',
      `The LFS server ${address} refuses the object ${name}…: ${said || 'its size or name is not valid'} (422).`,
      { status: code },
    );
  return lfsProblem(code, { address, said });
}

/**
 * Posts JSON and returns what the answer holds, null when nothing.
 * @throws AppError
 */
export async function postJson(
  http: LfsHttp,
  { url, headers }: BatchTarget,
  body: unknown,
  { ours, signal }: { ours: boolean; signal: AbortSignal },
): Promise<unknown> {
  const response = await http.request(url, {
    method: 'POST',
    headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE, 'user-agent': 'assay (git-lfs batch)', ...headers },
    body: () => JSON.stringify(body),
    ours,
    signal,
  });
  const text = await readText(response);
  if (!response.ok) throw problemOf(response, url, text);
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The sentence for an answer that is no success; its text is used up. */
export function problemOf(response: Response, url: string, text: string): AppError {
  let said = '';
  try {
    said = saidBy((JSON.parse(text) as { message?: unknown }).message);
  } catch {
    // a page of a proxy, perhaps
  }
  return lfsProblem(response.status, {
    address: addressOf(url).replace(/\/objects\/batch$/, ''),
    said,
    retryAfter: response.headers.get('retry-after'),
  });
}

/** The text of an answer, as far as anybody needs it. */
export async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of response.body ?? []) {
      parts.push(part);
      length += part.length;
      if (length > MAX_ANSWER_BYTES) break;
    }
  } catch {
    // cut off: what is there is not JSON, which is noticed
  }
  return Buffer.concat(parts).toString();
}
