import { isIP } from 'node:net';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { DeclaredChannel } from './declared.ts';

/** What is kept for a channel: where to send, and with what to sign (webhooks only). */
export type ChannelAddress = { readonly url: string; readonly key: string | null };

const Kept = z.object({ url: z.string(), key: z.string().nullable() });

/** As it is kept: the address alone, or JSON when there is a key. */
export const packAddress = ({ url, key }: ChannelAddress): string =>
  key === null ? url : JSON.stringify({ url, key } satisfies ChannelAddress);

/**
 * Reads what was kept, or stands in the environment.
 * @throws AppError BAD_REQUEST, without the address: it is a secret
 */
export function unpackAddress(kept: string, name: string, type: DeclaredChannel['type']): ChannelAddress {
  const text = kept.trim();
  let parsed: ChannelAddress = { url: text, key: null };
  if (text.startsWith('{')) {
    try {
      parsed = Kept.parse(JSON.parse(text));
    } catch {
      throw wrong(name, 'is no address');
    }
  }
  checkAddress(parsed, name, type);
  return parsed;
}

/**
 * An address comes from the person's own hand (`assay notify login`) and never from the repository, so it may well be on this machine or in
 * the private network: a Jenkins, a relay. That is why there is no list of forbidden addresses; redirects are not followed.
 * @throws AppError BAD_REQUEST for what is no address, or one that would send in the clear through the internet
 */
export function checkAddress({ url, key }: ChannelAddress, name: string, type: DeclaredChannel['type']): void {
  const address = URL.parse(url);
  if (!address || !/^https?:$/.test(address.protocol)) throw wrong(name, 'is no web address (https://…)');
  if (address.username !== '' || address.password !== '') throw wrong(name, 'has a user or password in it');
  if (address.protocol === 'http:' && !isNear(address.hostname))
    throw wrong(name, 'is http, which others can read on the way; use https');
  if (key !== null && type !== 'webhook')
    throw new AppError('BAD_REQUEST', `The channel "${name}" is of type ${type}, which takes no key to sign with.`);
}

function wrong(name: string, what: string): AppError {
  return new AppError(
    'BAD_REQUEST',
    `The address of channel "${name}" ${what}. Set it with "assay notify login ${name}".`,
  );
}

/** This machine, or the network around it. */
function isNear(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 4) return /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/.test(bare);
  if (isIP(bare) === 6) return /^(::1$|f[cd]|fe80:)/i.test(bare);
  return bare === 'localhost' || !bare.includes('.') || /\.(local|localhost|internal|lan)$/i.test(bare);
}
