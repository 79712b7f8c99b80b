import type { Asked } from './types.ts';

/**
 * Which `Host` a request may name. Names of this machine itself are allowed with any port, because they cannot be rebound by somebody
 * else's DNS and an SSH tunnel may come in by another port; any other name needs `--allow-host`.
 */
export function createHostCheck(allowed: readonly string[]): (host: string | undefined) => boolean {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  return (host) => {
    const parts = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(host ?? '');
    if (!parts) return false;
    const name = parts[1]!.toLowerCase();
    return ['127.0.0.1', 'localhost', '[::1]'].includes(name) || names.has(name) || names.has(host!.toLowerCase());
  };
}

/** True when the `Origin` of a request is the page of this very server: the same host and port as `Host`. `null` and none are not. */
export function isOwnOrigin({ headers }: Pick<Asked, 'headers'>): boolean {
  const { origin, host } = headers;
  if (!origin || !host) return false;
  return origin === `http://${host}` || origin === `https://${host}`;
}

/**
 * True when a browser says that another site made it ask. Following a link to us is fine (it carries no session: SameSite=Strict), being
 * embedded or fetched is not.
 */
export function isForeign({ headers }: Pick<Asked, 'headers'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return !(headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document');
}
