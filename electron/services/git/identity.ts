import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { Repository } from './repository.ts';

export type Identity = { readonly name: string; readonly email: string };

/**
 * Who commits, as git finds it: the environment, then the repository's configuration, the person's own, and the machine's.
 * @throws AppError BAD_REQUEST when nobody said
 */
export async function readIdentity(repository: Repository): Promise<Identity> {
  const found: Partial<Record<'name' | 'email', string>> = {};
  for (const file of configFiles(repository)) Object.assign(found, userIn(file, 0));
  const name = process.env.GIT_AUTHOR_NAME || found.name;
  const email = process.env.GIT_AUTHOR_EMAIL || found.email || process.env.EMAIL;
  if (!name || !email)
    throw new AppError(
      'BAD_REQUEST',
      'git does not know who you are, and a commit needs a name. Say it once: git config --global user.name "Your Name" and git config --global user.email you@example.com.',
    );
  return { name, email };
}

/** Weakest first. */
function configFiles({ commonFolder }: Repository): string[] {
  const { GIT_CONFIG_GLOBAL, GIT_CONFIG_NOSYSTEM, XDG_CONFIG_HOME } = process.env;
  return [
    ...(GIT_CONFIG_NOSYSTEM ? [] : ['/etc/gitconfig']),
    ...(GIT_CONFIG_GLOBAL !== undefined
      ? [GIT_CONFIG_GLOBAL]
      : [join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'git', 'config'), join(homedir(), '.gitconfig')]),
    join(commonFolder, 'config'),
  ];
}

/** `user.name` and `user.email` of one file and those that it includes without a condition (git-config(1)). */
function userIn(file: string, depth: number): Partial<Identity> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  const found: { name?: string; email?: string } = {};
  let section = '';
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    const title = /^\[\s*([\w.-]+)(?:\s+"(?:[^"\\]|\\.)*")?\s*\]/.exec(line);
    if (title) {
      section = title[0].includes('"') ? '' : title[1]!.toLowerCase();
      continue;
    }
    const pair = /^([a-z][\w-]*)\s*=\s*(.*)$/i.exec(line);
    if (!pair) continue;
    const key = `${section}.${pair[1]!.toLowerCase()}`;
    const value = unquote(pair[2]!);
    if (key === 'user.name') found.name = value;
    else if (key === 'user.email') found.email = value;
    else if (key === 'include.path' && depth < 10) {
      const path = value.startsWith('~/') ? join(homedir(), value.slice(2)) : value;
      Object.assign(found, userIn(isAbsolute(path) ? path : join(dirname(file), path), depth + 1));
    }
  }
  return found;
}

/** A value without its comment, quotes and escapes. */
function unquote(value: string): string {
  let text = '';
  let quoted = false;
  for (let i = 0; i < value.length; i++) {
    const char = value[i]!;
    if (char === '"') quoted = !quoted;
    else if (char === '\\') text += value[++i] ?? '';
    else if (!quoted && (char === '#' || char === ';')) break;
    else text += char;
  }
  return text.trim();
}
