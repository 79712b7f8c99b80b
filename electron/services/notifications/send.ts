import { AppError } from '../../../shared/errors.ts';
import type { Web, WebAnswer } from '../web/client.ts';
import type { ChannelAddress } from './address.ts';
import { cleanText } from './clean-text.ts';
import type { DeclaredChannel } from './declared.ts';
import type { Happening } from './notice.ts';
import { type About, renderBody } from './render.ts';
import { signedHeaders } from './webhook.ts';

export type Message = {
  readonly id: string;
  readonly name: string;
  readonly channel: DeclaredChannel;
  readonly address: ChannelAddress;
  readonly what: Happening;
  readonly project: About;
  /** when it happened */
  readonly at: number;
  readonly now: number;
};

/** `later`: it may pass; `afterMs` is what the receiver asks for. `never`: sending it again would not help. */
export type Outcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'later' | 'never'; readonly error: string; readonly afterMs: number | null };

/** An hour: longer pauses are asked for by mistake. */
const MAX_WAIT_MS = 3_600_000;
const IDLE_MS = 10_000;
const WHOLE_MS = 30_000;

/**
 * Sends one message. What has no answer may pass (a laptop is often offline), and so may 408, 425, 429 and 5xx; every other answer than 2xx is
 * final. Errors never name the address: it is a secret.
 * @throws AppError CANCELLED
 */
export async function sendMessage(web: Web, message: Message, signal: AbortSignal): Promise<Outcome> {
  const { id, name, channel, address, what, project, at, now } = message;
  const body = JSON.stringify(renderBody(channel, what, project, at));
  let answer: WebAnswer;
  let told: string;
  try {
    answer = await web.ask({
      method: 'POST',
      url: address.url,
      headers: {
        'content-type': 'application/json',
        ...(channel.type === 'webhook' ? signedHeaders(id, now, body, address.key) : {}),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(WHOLE_MS)]),
      redirect: 'manual',
      idleMs: IDLE_MS,
    });
    told = await answer.text(10_000).catch(() => '');
  } catch (error) {
    if (signal.aborted) throw error;
    const why = error instanceof AppError && error.code !== 'CANCELLED' ? error.message : 'It did not answer in time.';
    return { kind: 'later', error: withoutAddress(why, address), afterMs: null };
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const words = withoutAddress(told, address);
  const says = words === '' || words.startsWith('<') ? '' : ` It says: “${words}”.`;
  if (status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501))
    return {
      kind: 'later',
      error: `The channel "${name}" cannot take messages for now (${status}).${says}`,
      afterMs: waitOf(answer.headers['retry-after'], now),
    };
  const advice =
    status >= 300 && status < 400
      ? 'It sends elsewhere, which is not followed'
      : status === 404 || status === 410
        ? 'Its address is not valid (any more)'
        : status === 413
          ? 'It does not take messages of this size'
          : 'It does not take the message';
  return {
    kind: 'never',
    error: `${advice} (${status}).${says} Set the address of "${name}" anew with "assay notify login ${name}", then retry.`,
    afterMs: null,
  };
}

/** A receiver's own words, bounded, without the address or parts of it that are secret. */
function withoutAddress(text: string, { url, key }: ChannelAddress): string {
  const { origin, pathname, search } = new URL(url);
  const secrets = [url, key ?? '', pathname + search, search, pathname, ...pathname.split('/')].filter(
    (part) => part.length >= 6,
  );
  // the server's name alone is what a person needs to know
  const plain = secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), text.slice(0, 10_000));
  return cleanText(plain.replaceAll(`${origin}…`, origin), 300);
}

/** A Retry-After header, seconds or a date, in milliseconds. */
function waitOf(header: string | undefined, now: number): number | null {
  if (!header) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(MAX_WAIT_MS, Math.max(0, ms)) : null;
}
