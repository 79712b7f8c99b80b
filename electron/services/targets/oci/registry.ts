import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { Web, WebAnswer, WebBody } from '../../web/client.ts';
import { answerProblem } from '../../web/problems.ts';
import type { Access, Auth } from './auth.ts';
import { INDEX, MANIFEST } from './media-types.ts';
import type { Place } from './reference.ts';

/** As every registry bounds them (distribution specification: 4 MiB). */
const MAX_MANIFEST = 4 * 1024 * 1024;
const MAX_REDIRECTS = 5;

export type RegistryAsk = {
  readonly method: string;
  /** below `/v2/`, or a whole address that the registry gave */
  readonly to: string;
  /** null for `/v2/` itself */
  readonly repository: string | null;
  readonly access: Access;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: WebBody | undefined;
  readonly onSent?: ((count: number) => void) | undefined;
};

export type Manifest = { readonly text: string; readonly digest: string; readonly mediaType: string };

/** One registry: requests that sign in when they are asked to, and refusals as sentences. */
export type Registry = ReturnType<typeof createRegistry>;

const Errors = z.object({
  errors: z.array(z.object({ code: z.string().catch(''), message: z.string().catch('') })).min(1),
});

export const digestOf = (bytes: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export function createRegistry(web: Web, place: Place, auth: Auth) {
  const { origin } = place;

  /** An address that the registry gave: itself behind a proxy often calls itself http. @throws AppError UNAVAILABLE */
  const resolve = (to: string, base = origin): string => {
    const url = URL.parse(to, base);
    if (!url || !/^https?:$/.test(url.protocol))
      throw new AppError('UNAVAILABLE', `${origin} gave an address that is none. Its administrator should look at it.`);
    const own = new URL(origin);
    if (own.protocol === 'https:' && url.protocol === 'http:') {
      if (url.hostname !== own.hostname)
        throw new AppError('UNAVAILABLE', `${origin} sends from https to http, which is not followed. Check it.`);
      return new URL(`${url.pathname}${url.search}`, origin).href;
    }
    return url.href;
  };

  const once = async (ask: RegistryAsk, onUsed: (header: string | null) => void = () => {}): Promise<WebAnswer> => {
    let url = resolve(ask.to.startsWith('/') || /^https?:/.test(ask.to) ? ask.to : `/v2/${ask.to}`);
    for (let hops = 0; ; hops++) {
      // what we are given for the registry is for the registry alone
      const authorization =
        new URL(url).origin === new URL(origin).origin
          ? await auth.header(ask.repository, ask.access, ask.signal)
          : null;
      onUsed(authorization);
      const answer = await web.ask({
        method: ask.method,
        url,
        headers: { ...ask.headers, ...(authorization ? { authorization } : {}) },
        signal: ask.signal,
        ...(ask.body === undefined ? {} : { body: ask.body }),
        ...(ask.onSent ? { onSent: ask.onSent } : {}),
      });
      const { location } = answer.headers;
      if (![307, 308].includes(answer.status) || !location || hops === MAX_REDIRECTS) return answer;
      answer.giveUp();
      url = resolve(location, url);
    }
  };

  /** Any answer but a 401 that signing in can mend. Whoever gets it must read it or give it up. */
  const ask = async (wanted: RegistryAsk): Promise<WebAnswer> => {
    let sent = 0;
    const counted: RegistryAsk = {
      ...wanted,
      onSent: (count) => {
        sent += count;
        wanted.onSent?.(count);
      },
    };
    let used: string | null = null;
    const answer = await once(counted, (header) => {
      used = header;
    });
    if (answer.status !== 401 || new URL(answer.url).origin !== new URL(origin).origin) return answer;
    const challenge = answer.headers['www-authenticate'];
    if (!(await auth.challenged(challenge, used, wanted.repository, wanted.access, wanted.signal))) return answer;
    answer.giveUp();
    if (sent > 0) wanted.onSent?.(-sent);
    return once(wanted);
  };

  /** The refusal as an AppError, with the registry's own words. Reads the answer. */
  const refusal = async (answer: WebAnswer): Promise<AppError> => {
    const read = Errors.safeParse(await answer.json(64 * 1024).catch(() => null));
    const told = read.data?.errors.slice(0, 3).map(({ code, message }) => [code, message].filter(Boolean).join(', '));
    return answerProblem(answer, origin, told?.join('; ') ?? null);
  };

  /** @throws AppError unless the status is among those */
  const expect = async (wanted: RegistryAsk, ...statuses: readonly number[]): Promise<WebAnswer> => {
    const answer = await ask(wanted);
    if (!statuses.includes(answer.status)) throw await refusal(answer);
    return answer;
  };

  return {
    origin,
    ask,
    expect,
    refusal,
    resolve,

    /** Whether a blob of that size is there. */
    async hasBlob(
      repository: string,
      digest: string,
      size: number,
      access: Access,
      signal: AbortSignal,
    ): Promise<boolean> {
      const answer = await ask({ method: 'HEAD', to: `${repository}/blobs/${digest}`, repository, access, signal });
      answer.giveUp();
      if (answer.status === 404) return false;
      if (answer.status !== 200) throw await refusal(answer);
      const told = answer.headers['content-length'];
      return told === undefined || Number(told) === size;
    },

    /** A blob from an offset; 206 or 200 by what the registry can. */
    async openBlob(repository: string, digest: string, from: number, signal: AbortSignal): Promise<WebAnswer> {
      const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
      return expect(
        { method: 'GET', to: `${repository}/blobs/${digest}`, repository, access: 'pull', signal, headers },
        200,
        206,
      );
    },

    /** The digest under a tag; null when it is not there. */
    async headManifest(
      repository: string,
      reference: string,
      access: Access,
      signal: AbortSignal,
    ): Promise<string | null> {
      const headers = { accept: `${MANIFEST}, ${INDEX}` };
      const answer = await ask({
        method: 'HEAD',
        to: `${repository}/manifests/${reference}`,
        repository,
        access,
        signal,
        headers,
      });
      answer.giveUp();
      if (answer.status === 404) return null;
      if (answer.status !== 200) throw await refusal(answer);
      const digest = answer.headers['docker-content-digest'];
      if (digest !== undefined) return digest;
      return (await this.getManifest(repository, reference, access, signal))?.digest ?? null;
    },

    /**
     * A manifest or index with the digest of its very bytes; null when it is not there.
     * @throws AppError CONFLICT when these are not the bytes that were asked for, or the registry says they have another digest
     */
    async getManifest(
      repository: string,
      reference: string,
      access: Access,
      signal: AbortSignal,
    ): Promise<Manifest | null> {
      const headers = { accept: `${MANIFEST}, ${INDEX}` };
      const answer = await ask({
        method: 'GET',
        to: `${repository}/manifests/${reference}`,
        repository,
        access,
        signal,
        headers,
      });
      if (answer.status === 404) {
        answer.giveUp();
        return null;
      }
      if (answer.status !== 200) throw await refusal(answer);
      const text = await answer.text(MAX_MANIFEST);
      const digest = digestOf(text);
      const told = answer.headers['docker-content-digest'];
      if ((reference.startsWith('sha256:') && reference !== digest) || (told?.startsWith('sha256:') && told !== digest))
        throw new AppError(
          'CONFLICT',
          `${origin} gave a manifest of ${repository} that is not what it says: ${digest} instead of ${reference.startsWith('sha256:') ? reference : told}. Do not use it; push it again.`,
        );
      return { text, digest, mediaType: (answer.headers['content-type'] ?? '').split(';', 1)[0]!.trim() };
    },

    /** @returns the answer's headers, which say whether the registry keeps referrers */
    async putManifest(
      repository: string,
      reference: string,
      text: string,
      mediaType: string,
      signal: AbortSignal,
    ): Promise<WebAnswer['headers']> {
      const answer = await expect(
        {
          method: 'PUT',
          to: `${repository}/manifests/${reference}`,
          repository,
          access: 'pull,push',
          signal,
          headers: { 'content-type': mediaType },
          body: text,
        },
        200,
        201,
        202,
      );
      answer.giveUp();
      return answer.headers;
    },
  };
}
