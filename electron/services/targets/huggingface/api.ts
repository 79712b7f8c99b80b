import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { passing } from '../../remotes/problems.ts';
import type { Web, WebAnswer, WebAsk } from '../../web/client.ts';
import { answerProblem } from '../../web/problems.ts';
import { MAX_FILES } from '../arriving.ts';

const Refs = z.object({ tags: z.array(z.object({ name: z.string(), targetCommit: z.string() })) });
const TreeEntry = z.object({
  type: z.string(),
  path: z.string(),
  size: z.number().int().min(0).default(0),
  /** of a file, the SHA-1 of its git blob */
  oid: z.string(),
  lfs: z.object({ oid: z.string(), size: z.number().int().min(0) }).nullish(),
});
export type TreeEntry = z.infer<typeof TreeEntry>;
const Upload = z.object({ path: z.string(), uploadMode: z.enum(['lfs', 'regular']) });

const FILES_PER_ASK = 256;
const PAGES = 200;

export type HubApi = ReturnType<typeof createHubApi>;
type Ask = Omit<WebAsk, 'url' | 'signal' | 'headers'> & { readonly headers?: Record<string, string> };

const part = encodeURIComponent;
const pathPart = (path: string): string => path.split('/').map(part).join('/');

/**
 * The calls of the Hugging Face Hub that a push and a pull need (huggingface_hub: `hf_api.py`, `_commit_api.py`, `lfs.py`).
 * @param endpoint such as `https://huggingface.co`, without a slash at the end
 */
export function createHubApi(web: Web, endpoint: string, token: string | null, target: string) {
  const origin = new URL(endpoint).origin;

  const problem = async (answer: WebAnswer): Promise<AppError> => {
    const body = await answer.text(64_000).catch(() => '');
    let told: unknown = answer.headers['x-error-message'];
    try {
      told ??= (JSON.parse(body) as { error?: unknown }).error;
    } catch {
      // some page of a proxy
    }
    const words = typeof told === 'string' ? told : '';
    return answerProblem(answer, `${target} (${origin})`, token === null ? words : words.replaceAll(token, '…'));
  };

  const send = (path: string, signal: AbortSignal, { headers = {}, ...ask }: Ask): Promise<WebAnswer> => {
    const url = /^https?:\/\//.test(path) ? path : `${endpoint}${path}`;
    // an address that the server names elsewhere gets no token of ours
    const own: Record<string, string> =
      new URL(url).origin === origin && token !== null ? { authorization: `Bearer ${token}` } : {};
    return web.ask({ ...ask, url, signal, headers: { ...headers, ...own } });
  };

  /** The answer when it is a success. @throws AppError otherwise */
  const must = async (path: string, signal: AbortSignal, ask: Ask): Promise<WebAnswer> => {
    const answer = await send(path, signal, ask);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw await problem(answer);
  };

  const json = (method: string, value: unknown): Ask => ({
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });

  const read = async <T>(schema: z.ZodType<T>, answer: WebAnswer, maxBytes?: number): Promise<T> => {
    const parsed = schema.safeParse(await answer.json(maxBytes));
    if (parsed.success) return parsed.data;
    throw new AppError(
      'UNAVAILABLE',
      `${target} (${origin}) does not answer as a Hub does. Check the url of the target.`,
    );
  };

  const gone = async (answer: WebAnswer): Promise<boolean> => {
    // the Hub hides what it does not let one see
    const missing =
      answer.status === 404 || (answer.status === 401 && /NotFound$/.test(answer.headers['x-error-code'] ?? ''));
    if (!missing) return false;
    answer.giveUp();
    return true;
  };

  return {
    send,
    must,
    json,
    read,
    problem,
    origin,

    async whoami(signal: AbortSignal): Promise<string> {
      const answer = await must('/api/whoami-v2', signal, { method: 'GET' });
      return (await read(z.object({ name: z.string().regex(/^[\w.-]{1,100}$/) }), answer)).name;
    },

    /** Tags of a repository, name → commit; null when there is no such repository. */
    async tags(repo: string, signal: AbortSignal): Promise<Record<string, string> | null> {
      const answer = await send(`/api/models/${repo}/refs`, signal, { method: 'GET' });
      if (await gone(answer)) return null;
      if (answer.status !== 200) throw await problem(answer);
      const { tags } = await read(Refs, answer);
      return Object.fromEntries(tags.map(({ name, targetCommit }) => [name, targetCommit]));
    },

    /** Makes the repository unless it is there. */
    async create(repo: string, isPrivate: boolean, user: string | null, signal: AbortSignal): Promise<void> {
      const [namespace, name] = repo.split('/') as [string, string];
      const answer = await send('/api/repos/create', signal, {
        ...json('POST', {
          name,
          type: 'model',
          ...(namespace === user ? {} : { organization: namespace }),
          visibility: isPrivate ? 'private' : 'public',
        }),
      });
      if (answer.status === 409) return answer.giveUp();
      if (answer.status < 200 || answer.status > 299) throw await problem(answer);
      answer.giveUp();
    },

    /** The commit that a revision means. */
    async commitOf(repo: string, revision: string, signal: AbortSignal): Promise<string> {
      const answer = await must(`/api/models/${repo}/revision/${part(revision)}`, signal, { method: 'GET' });
      return (await read(z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) }), answer, 32 << 20)).sha;
    },

    /** All files of a revision. */
    async tree(repo: string, revision: string, signal: AbortSignal): Promise<TreeEntry[]> {
      const found: TreeEntry[] = [];
      let next: string | null = `/api/models/${repo}/tree/${part(revision)}?recursive=true&expand=false`;
      for (let page = 0; next !== null && page < PAGES; page++) {
        const answer: WebAnswer = await must(next, signal, { method: 'GET' });
        found.push(...(await read(z.array(TreeEntry), answer, 16 << 20)).filter(({ type }) => type === 'file'));
        if (found.length > MAX_FILES * 2)
          throw new AppError('CONFLICT', `${repo} of ${target} has more files than Assay takes.`);
        const link = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.link ?? '')?.[1];
        next = link === undefined ? null : new URL(link, answer.url).href;
        if (next !== null && new URL(next).origin !== origin) next = null;
      }
      return found;
    },

    /** How the server wants each file: in git itself, or as an LFS object. */
    async modes(
      repo: string,
      files: readonly { path: string; sample: string; size: number }[],
      signal: AbortSignal,
    ): Promise<Map<string, 'lfs' | 'regular'>> {
      const modes = new Map<string, 'lfs' | 'regular'>();
      for (let at = 0; at < files.length; at += FILES_PER_ASK) {
        const ask = json('POST', { files: files.slice(at, at + FILES_PER_ASK) });
        const answer = await must(`/api/models/${repo}/preupload/main`, signal, ask);
        for (const { path, uploadMode } of (await read(z.object({ files: z.array(Upload) }), answer)).files)
          modes.set(path, uploadMode);
      }
      return modes;
    },

    /** One commit on main, on top of `parent`; returns its id. @throws AppError that may pass when main has moved on */
    async commit(repo: string, lines: readonly unknown[], signal: AbortSignal): Promise<string> {
      const answer = await send(`/api/models/${repo}/commit/main`, signal, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      });
      if (answer.status === 409 || answer.status === 412) {
        answer.giveUp();
        throw passing(`Somebody else changed ${repo} of ${target} at the same time. Run this again.`);
      }
      if (answer.status !== 200) throw await problem(answer);
      return (await read(z.object({ commitOid: z.string().regex(/^[0-9a-f]{40,64}$/) }), answer)).commitOid;
    },

    /** Makes a tag point to a commit, or takes it away (null). */
    async setTag(repo: string, tag: string, commit: string | null, tags: Record<string, string>, signal: AbortSignal) {
      if (Object.hasOwn(tags, tag)) {
        if (tags[tag] === commit) return;
        // there is no way to move one
        const answer = await send(`/api/models/${repo}/tag/${part(tag)}`, signal, { method: 'DELETE' });
        if (!(await gone(answer))) {
          if (answer.status > 299) throw await problem(answer);
          answer.giveUp();
        }
      }
      if (commit === null) return;
      const answer = await must(`/api/models/${repo}/tag/${commit}`, signal, json('POST', { tag }));
      answer.giveUp();
      tags[tag] = commit;
    },

    /** Bytes of a file; redirects are followed without the token. @throws AppError NOT_FOUND */
    file: (repo: string, revision: string, path: string, signal: AbortSignal): Promise<WebAnswer> =>
      must(`/${repo}/resolve/${part(revision)}/${pathPart(path)}`, signal, {
        method: 'GET',
        headers: { 'accept-encoding': 'identity' },
      }),
  };
}
