import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { Web } from '../../web/client.ts';
import { answerProblem } from '../../web/problems.ts';
import type { DriverOptions } from '../driver.ts';
import { type Challenge, parseChallenges } from './challenge.ts';

/** A token is asked for anew so long before its end. */
const EARLY_MS = 5000;
/** What the specification of tokens takes for granted when a server does not say. */
const DEFAULT_SECONDS = 60;

const Token = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
});

export type Access = 'pull' | 'pull,push' | 'pull,push,delete';

/** Who we are to one registry: nobody until it asks, then as it asks. */
export type Auth = {
  /** the header for a request; null for none */
  header(repository: string | null, access: Access, signal: AbortSignal): Promise<string | null>;
  /** Takes in a 401 to a request with the header `used`; true when another try may succeed. @throws AppError UNAUTHORIZED, UNAVAILABLE */
  challenged(
    header: string | undefined,
    used: string | null,
    repository: string | null,
    access: Access,
    signal: AbortSignal,
  ): Promise<boolean>;
};

/**
 * Basic, or tokens as docker's registries give them out (distribution: spec/auth/token). The token server may be another host: it gets the
 * registry's user and password, as with every client, yet never without encryption when the registry itself has it.
 * @param secret of the target; without a user it is a token of the registry itself
 */
export function createAuth(web: Web, origin: string, secret: DriverOptions['secret']): Auth {
  const basic =
    secret && secret.user !== null
      ? `Basic ${Buffer.from(`${secret.user}:${secret.secret}`).toString('base64')}`
      : null;
  let asked: Challenge | null = null;
  const tokens = new Map<string, { header: string; until: number }>();
  const pending = new Map<string, Promise<string>>();
  const keyOf = (repository: string | null, access: Access): string => `${repository ?? ''} ${access}`;

  const fetchToken = async (
    { params }: Challenge,
    repository: string | null,
    access: Access,
    signal: AbortSignal,
  ): Promise<string> => {
    const realm = URL.parse(params.realm ?? '');
    if (!realm || !/^https?:$/.test(realm.protocol))
      throw new AppError('UNAVAILABLE', `${origin} names no usable token server. Check the url of the target.`);
    if (realm.protocol === 'http:' && origin.startsWith('https:'))
      throw new AppError(
        'UNAVAILABLE',
        `${origin} sends to the token server ${realm.origin} without encryption, which is not followed. Ask its administrator.`,
      );
    if (params.service) realm.searchParams.set('service', params.service);
    const scope = repository === null ? params.scope : `repository:${repository}:${access}`;
    if (scope) realm.searchParams.set('scope', scope);
    const headers: Record<string, string> = basic ? { authorization: basic } : {};
    const answer = await web.ask({ method: 'GET', url: realm.href, headers, signal });
    if (answer.status !== 200) {
      answer.giveUp();
      throw answerProblem(answer, `The token server ${realm.origin}`);
    }
    const read = Token.safeParse(await answer.json(1024 * 1024));
    const token = read.data?.token ?? read.data?.access_token;
    if (!token || !/^[\x21-\x7e]+$/.test(token))
      throw new AppError('UNAVAILABLE', `The token server ${realm.origin} gave no token. Check the url of the target.`);
    const seconds = read.data?.expires_in ?? DEFAULT_SECONDS;
    const header = `Bearer ${token}`;
    tokens.set(keyOf(repository, access), { header, until: Date.now() + seconds * 1000 - EARLY_MS });
    return header;
  };

  /** Requests that run side by side are refused together when a token ends; one of them asks for the next. */
  const freshToken = async (
    challenge: Challenge,
    used: string | null,
    repository: string | null,
    access: Access,
    signal: AbortSignal,
  ): Promise<void> => {
    const key = keyOf(repository, access);
    const kept = tokens.get(key);
    if (kept && kept.header !== used && kept.until > Date.now()) return;
    let fetching = pending.get(key);
    if (!fetching) {
      fetching = fetchToken(challenge, repository, access, signal).finally(() => pending.delete(key));
      pending.set(key, fetching);
    }
    await fetching;
  };

  return {
    async header(repository, access, signal) {
      if (asked === null) return null;
      if (asked.scheme === 'basic') return basic;
      if (secret && secret.user === null) return `Bearer ${secret.secret}`;
      const kept = tokens.get(keyOf(repository, access));
      return kept && kept.until > Date.now() ? kept.header : fetchToken(asked, repository, access, signal);
    },
    async challenged(header, used, repository, access, signal) {
      const offers = parseChallenges(header ?? '');
      const bearer = offers.find(({ scheme }) => scheme === 'bearer');
      const offer = bearer ?? offers.find(({ scheme }) => scheme === 'basic');
      if (!offer) return false;
      if (offer.scheme === 'basic' && basic === null) return false;
      asked = offer;
      if (offer.scheme === 'bearer' && !(secret && secret.user === null))
        await freshToken(offer, used, repository, access, signal);
      return true;
    },
  };
}
