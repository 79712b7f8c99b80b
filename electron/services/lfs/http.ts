import { AppError } from '../../../shared/errors.ts';
import type { GitConfig } from '../git/config-file.ts';
import { withoutCredentials } from '../git/repository.ts';
import { cancelled } from '../remotes/problems.ts';
import { authorizationFor, loginIn } from './credentials.ts';
import { connectionProblem } from './problems.ts';

/** A connection on which nothing comes or goes for so long is given up. */
const STALLED_MS = 60_000;
const MAX_REDIRECTS = 5;

/** Text, or a stream of bytes. */
export type Body = string | ReadableStream<Uint8Array>;

export type Request = {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** made anew for every try */
  readonly body?: () => Body;
  /** whether the person's own credentials may go along, when the server asks for them */
  readonly ours: boolean;
  readonly signal: AbortSignal;
};

export type LfsHttp = ReturnType<typeof createHttp>;

/**
 * Requests with what people have told git about a server. Credentials go along once the server has asked for them (a server that hides what
 * it has may say "not found" instead), to its own origin only, and never through a redirection to another one.
 * @param named the origin that the person named themselves; null when the repository named it
 */
export function createHttp(config: GitConfig, named: string | null) {
  /** origins that have asked */
  const asked = new Map<string, string>();

  const send = async (url: URL, request: Request, authorization: string | null): Promise<Response> => {
    const stall = stallGuard(request.signal);
    const body = request.body?.();
    try {
      const response = await fetch(withoutLogin(url), {
        method: request.method,
        headers: authorization ? { ...request.headers, authorization } : request.headers,
        redirect: 'manual',
        signal: stall.signal,
        ...(body === undefined ? {} : { body: stall.watch(body), duplex: 'half' }),
      } as RequestInit);
      return stall.watchResponse(response);
    } catch (error) {
      stall.end();
      if (request.signal.aborted) throw cancelled();
      throw connectionProblem(error, addressOf(url));
    }
  };

  return {
    /** The answer, whatever its status. @throws AppError CANCELLED, UNAVAILABLE when there is none */
    async request(address: string, given: Request): Promise<Response> {
      let request = given;
      let url = parse(address);
      const usable = (at: URL): string | null =>
        hasAuthorization(request.headers) || !request.ours ? null : (asked.get(at.origin) ?? loginOf(at));
      for (let hops = 0; ; hops++) {
        let authorization = usable(url);
        let response = await send(url, request, authorization);
        if (
          [401, 403, 404].includes(response.status) &&
          !authorization &&
          request.ours &&
          !hasAuthorization(request.headers)
        ) {
          authorization = authorizationFor(url, config, url.origin === named);
          if (authorization) {
            await response.body?.cancel();
            response = await send(url, request, authorization);
          }
        }
        if (authorization && response.status < 400) asked.set(url.origin, authorization);
        const location = [301, 302, 307, 308].includes(response.status) ? response.headers.get('location') : null;
        if (location === null) return response;
        await response.body?.cancel();
        const next = parse(location, url);
        if (hops === MAX_REDIRECTS || (url.protocol === 'https:' && next.protocol === 'http:'))
          throw new AppError(
            'UNAVAILABLE',
            `${addressOf(url)} sends to ${addressOf(next)}, which is not followed. Set lfs.url to the right address.`,
          );
        // leave that one server gave is not meant for another one
        if (next.origin !== url.origin) request = { ...request, headers: withoutSecrets(request.headers) };
        url = next;
      }
    },
  };
}

/** Credentials that are written into the address are meant to be sent at once. */
const loginOf = (url: URL): string | null => (url.username === '' ? null : loginIn(url));

const hasAuthorization = (headers: Readonly<Record<string, string>>): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');

const withoutSecrets = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !/^((proxy-)?authorization|cookie)$/i.test(name)));

/** @throws AppError BAD_REQUEST for what is no web address */
function parse(address: string, base?: URL): URL {
  const url = URL.parse(address, base?.href);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new AppError(
      'BAD_REQUEST',
      `${withoutCredentials(address).slice(0, 200)} is no web address. Check lfs.url and the remote.`,
    );
  return url;
}

function withoutLogin(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

/** For people and logs: no user name, password, or query, in which signatures are. */
export const addressOf = (url: URL | string): string => {
  const at = typeof url === 'string' ? URL.parse(url) : url;
  return at ? `${at.protocol}//${at.host}${at.pathname}` : 'the server';
};

/** Ends a request on which nothing moves. */
function stallGuard(outer: AbortSignal) {
  const stop = new AbortController();
  const expire = (): void => stop.abort(new DOMException('nothing came any more', 'TimeoutError'));
  let timer = setTimeout(expire, STALLED_MS).unref();
  const moved = (): void => {
    clearTimeout(timer);
    timer = setTimeout(expire, STALLED_MS).unref();
  };
  const end = (): void => clearTimeout(timer);
  return {
    signal: AbortSignal.any([outer, stop.signal]),
    end,
    watch: (body: Body): Body => (body instanceof ReadableStream ? body.pipeThrough(counting(moved, () => {})) : body),
    watchResponse(response: Response): Response {
      if (!response.body) {
        end();
        return response;
      }
      moved();
      return new Response(response.body.pipeThrough(counting(moved, end)), response);
    },
  };
}

const counting = (moved: () => void, end: () => void): TransformStream<Uint8Array, Uint8Array> =>
  new TransformStream({
    transform(chunk, controller) {
      moved();
      controller.enqueue(chunk);
    },
    flush: end,
    cancel: end,
  });
