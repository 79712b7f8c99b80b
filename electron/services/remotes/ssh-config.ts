import { globSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What `~/.ssh/config` says about a host (ssh_config(5)), as far as it is used here. */
export type SshConfig = {
  readonly hostName: string | null;
  readonly port: number | null;
  readonly user: string | null;
  readonly identityFiles: readonly string[];
  readonly knownHostsFiles: readonly string[] | null;
  /** ProxyCommand or ProxyJump, which cannot be used here */
  readonly proxy: string | null;
};

const MAX_DEPTH = 8;

/** Reads a configuration for one host: the first value of each key counts, IdentityFile gathers. `Match` blocks are left out. */
export function readSshConfig(host: string, folder = join(homedir(), '.ssh')): SshConfig {
  const found = new Map<string, string[]>();
  const read = (path: string, depth: number): void => {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return;
    }
    let applies = true;
    for (const line of text.split(/\r?\n/)) {
      const [, key, value] = /^\s*([A-Za-z]\w*)(?:\s*=\s*|\s+)(.+?)\s*$/.exec(line) ?? [];
      if (!key || !value) continue;
      const name = key.toLowerCase();
      if (name === 'host') applies = fits(host, wordsOf(value));
      else if (name === 'match') applies = false;
      else if (applies && name === 'include' && depth < MAX_DEPTH) {
        for (const pattern of wordsOf(value)) {
          const full = expand(pattern, host);
          for (const file of globSync(isAbsolute(full) ? full : join(folder, full)).sort()) read(file, depth + 1);
        }
      } else if (applies && (name === 'identityfile' || !found.has(name)))
        found.set(name, [
          ...(found.get(name) ?? []),
          ...(name === 'identityfile' ? [wordsOf(value)[0]!] : wordsOf(value)),
        ]);
    }
  };
  read(join(folder, 'config'), 0);
  const first = (name: string): string | null => found.get(name)?.[0] ?? null;
  const hostName = first('hostname')?.replaceAll('%h', host) ?? null;
  const files = (name: string): string[] => (found.get(name) ?? []).map((path) => expand(path, hostName ?? host));
  const proxy = first('proxycommand') ?? first('proxyjump');
  return {
    hostName,
    port: Number(first('port')) || null,
    user: first('user'),
    identityFiles: files('identityfile').filter((path) => path !== 'none'),
    knownHostsFiles: found.has('userknownhostsfile') ? files('userknownhostsfile') : null,
    proxy: proxy === 'none' ? null : proxy,
  };
}

const wordsOf = (value: string): string[] =>
  [...value.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);

function expand(path: string, host: string): string {
  const at = path.replaceAll('%d', homedir()).replaceAll('%h', host).replaceAll('%%', '%');
  return at === '~' || at.startsWith('~/') ? join(homedir(), at.slice(1)) : at;
}

/** A host against patterns with `*` and `?`; one that begins with `!` forbids. */
export function fits(host: string, patterns: readonly string[]): boolean {
  let yes = false;
  for (const given of patterns) {
    const no = given.startsWith('!');
    const pattern = (no ? given.slice(1) : given).toLowerCase();
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    if (!new RegExp(`^${source}$`).test(host.toLowerCase())) continue;
    if (no) return false;
    yes = true;
  }
  return yes;
}
