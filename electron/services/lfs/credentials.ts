import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expandHome, type GitConfig } from '../git/config-file.ts';

type Login = { readonly user: string; readonly password: string };

/**
 * The `Authorization` header for an address, from the places where people keep what git uses: the address itself, `ASSAY_LFS_TOKEN` (with
 * `ASSAY_LFS_USER`), `http.<url>.extraHeader`, netrc, and the file of `credential.helper = store`. Null when none knows.
 * @param named the person named this server themselves, so that the token of the environment is meant for it
 */
export function authorizationFor(url: URL, config: GitConfig, named: boolean): string | null {
  if (url.username !== '') return loginIn(url);
  const { ASSAY_LFS_TOKEN: token, ASSAY_LFS_USER: user } = process.env;
  if (token && named) return basic(user || 'git', token);
  const header = extraHeader(url, config);
  if (header) return header;
  const asked = config.get(`credential.${url.origin}.username`);
  const login = fromNetrc(url.hostname, asked) ?? fromStore(url, config, asked);
  return login && basic(login.user, login.password);
}

/** The header for user and password of an address. */
export const loginIn = (url: URL): string => basic(decoded(url.username), decoded(url.password));

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** The longest address that fits wins, as with every `http.<url>` setting of git. */
function extraHeader(url: URL, config: GitConfig): string | null {
  let best: { length: number; value: string } | null = null;
  for (const [key, value] of config.entries) {
    const prefix = /^http\.(?:(.+)\.)?extraheader$/.exec(key);
    const authorization = /^authorization:\s*(.+)$/i.exec(value)?.[1];
    if (!prefix || !authorization) continue;
    const at = prefix[1] ?? '';
    if ((at === '' || isBelow(url, at)) && at.length >= (best?.length ?? 0))
      best = { length: at.length, value: authorization };
  }
  return best?.value ?? null;
}

function isBelow(url: URL, prefix: string): boolean {
  const base = URL.parse(prefix);
  if (!base || base.origin !== url.origin) return false;
  const path = base.pathname.replace(/\/+$/, '');
  return url.pathname === path || url.pathname.startsWith(`${path}/`);
}

/** `machine HOST login USER password SECRET`; `default` fits every host. */
function fromNetrc(host: string, user: string | null): Login | null {
  for (const name of ['.netrc', '_netrc']) {
    const words = textOf(join(homedir(), name))
      .replaceAll(/^\s*#.*$/gm, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    let entry: { fits: boolean; user?: string; password?: string } = { fits: false };
    const complete = (): Login | null =>
      entry.fits && entry.user && entry.password !== undefined && (user === null || entry.user === user)
        ? { user: entry.user, password: entry.password }
        : null;
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      if (word === 'machine' || word === 'default') {
        const found = complete();
        if (found) return found;
        entry = { fits: word === 'default' || words[++i]?.toLowerCase() === host.toLowerCase() };
      } else if (word === 'login') entry.user = words[++i] ?? '';
      else if (word === 'password') entry.password = words[++i] ?? '';
    }
    const found = complete();
    if (found) return found;
  }
  return null;
}

/** What `git credential-store` keeps: one address with user and password a line. */
function fromStore(url: URL, config: GitConfig, user: string | null): Login | null {
  const helpers = config.entries.filter(([key]) => /^credential\.(.+\.)?helper$/.test(key)).map(([, value]) => value);
  const store = helpers.findLast((helper) => /^store(\s|$)/.test(helper));
  if (store === undefined) return null;
  const file = /--file[= ](\S+)/.exec(store)?.[1];
  const files = file
    ? [expandHome(file)]
    : [
        join(homedir(), '.git-credentials'),
        join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'git', 'credentials'),
      ];
  for (const line of files.flatMap((path) => textOf(path).split(/\r?\n/))) {
    const [, protocol, name, password, host] = /^(\w+:)\/\/([^:@/]+):([^@/]*)@([^/]+)/.exec(line) ?? [];
    // git writes the colon before a port as %3a
    if (protocol !== url.protocol || decoded(host!).toLowerCase() !== url.host) continue;
    const login = { user: decoded(name!), password: decoded(password!) };
    if (user === null || login.user === user) return login;
  }
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
