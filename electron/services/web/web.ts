import { AppError } from '../../../shared/errors.ts';
import { cancelled } from '../remotes/problems.ts';
import { createAgents } from './agents.ts';
import { answerOf } from './answer.ts';
import type { Web, WebAnswer, WebAsk } from './client.ts';
import { send } from './send.ts';

const MAX_REDIRECTS = 5;
const SECRET = /^((proxy-)?authorization|cookie|x-.*(token|key))$/i;

export type WebOptions = {
  /** how errors call the other side; `https://host` of the request when it is not said */
  readonly address?: string | undefined;
  /** absolute path of a PEM file with authorities to trust beside the system's */
  readonly ca?: string | undefined;
  /** as `idleMs` of an ask */
  readonly timeoutMs?: number | undefined;
};

/**
 * A client with connections of its own, kept alive; through the proxies that the environment names. Any status is an answer, only what is no
 * answer at all throws. Must be closed.
 * @throws AppError BAD_REQUEST when `ca` cannot be read
 */
export function createWeb(options: WebOptions = {}): Web {
  const agents = createAgents(options.ca);
  const addressOf = (url: URL): string => options.address ?? url.origin;

  return {
    async ask(ask: WebAsk): Promise<WebAnswer> {
      const follows = (ask.method === 'GET' || ask.method === 'HEAD') && ask.redirect !== 'manual';
      let { headers = {} } = ask;
      let at = parse(ask.url);
      for (let hops = 0; ; hops++) {
        if (ask.signal.aborted) throw cancelled();
        const address = addressOf(at);
        const message = await send({ ask, url: at, headers, agents, address, idleMs: ask.idleMs ?? options.timeoutMs });
        const { location } = message.headers;
        if (!follows || !location || ![301, 302, 303, 307, 308].includes(message.statusCode!))
          return answerOf(message, at, address, ask.signal);
        message.destroy();
        const next = URL.parse(location, at.href);
        if (hops === MAX_REDIRECTS || !next || !/^https?:$/.test(next.protocol))
          throw new AppError(
            'UNAVAILABLE',
            `${address} sends from one address to the next. Check the target's address.`,
          );
        if (at.protocol === 'https:' && next.protocol === 'http:')
          throw new AppError('UNAVAILABLE', `${address} sends from https to http, which is not followed. Check it.`);
        // leave that one server gave is not meant for another one
        if (next.origin !== at.origin)
          headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET.test(name)));
        at = next;
      }
    },
    close: agents.close,
  };
}

/** @throws AppError BAD_REQUEST for what is no web address */
function parse(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new AppError('BAD_REQUEST', 'The target has an address that is no web address. Check its url in assay.yaml.');
  url.username = '';
  url.password = '';
  return url;
}
