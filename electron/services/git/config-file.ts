import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Repository } from './repository.ts';

/** Settings in the order of the files, `section.subsection.name` each; section and name in lower case, as git compares them. */
export type GitConfig = {
  /** the last value, which is the one that counts */
  get(key: string): string | null;
  getAll(key: string): string[];
  /** the subsections of a section that have a name: `names('remote')` */
  names(section: string): string[];
  readonly entries: readonly (readonly [key: string, value: string])[];
};

const MAX_BYTES = 4_000_000;
const MAX_DEPTH = 5;

/**
 * Reads the text of a config file (git-config(1)). A name without a value is `true`. What cannot be read is passed over: only git itself
 * may refuse a repository for it.
 */
export function parseGitConfig(text: string): [key: string, value: string][] {
  const entries: [string, string][] = [];
  let section = '';
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    let line = lines[i]!.trim();
    const header = /^\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    if (header) {
      const [whole, name, subsection] = header;
      section =
        name!.toLowerCase() +
        (subsection === undefined ? '' : `.${subsection.replaceAll(/\\(.)/g, (_, char) => char)}`);
      line = line.slice(whole.length).trim();
    }
    const setting = /^([a-z][\w-]*)\s*(?:=\s*(.*))?$/is.exec(line);
    if (!setting || line.startsWith('#') || line.startsWith(';')) continue;
    let value = setting[2];
    while (value !== undefined && /(?:^|[^\\])(?:\\\\)*\\$/.test(value) && i + 1 < lines.length)
      value = value.slice(0, -1) + lines[++i]!;
    entries.push([`${section}.${setting[1]!.toLowerCase()}`, value === undefined ? 'true' : parseValue(value)]);
  }
  return entries;
}

/** A value without its quotes, escapes and comment. */
function parseValue(text: string): string {
  let value = '';
  let quoted = false;
  /** how much of the value is not just white space at its end */
  let kept = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') {
      quoted = !quoted;
      kept = value.length;
    } else if (char === '\\' && i + 1 < text.length) {
      const next = text[++i]!;
      value += { n: '\n', t: '\t', b: '\b' }[next] ?? next;
      kept = value.length;
    } else if (!quoted && (char === '#' || char === ';')) break;
    else {
      value += char;
      if (quoted || !/\s/.test(char)) kept = value.length;
    }
  }
  return value.slice(0, kept);
}

export function createGitConfig(entries: readonly (readonly [string, string])[]): GitConfig {
  const byKey = new Map<string, string[]>();
  for (const [key, value] of entries) byKey.set(key, [...(byKey.get(key) ?? []), value]);
  return {
    entries,
    get: (key) => byKey.get(key)?.at(-1) ?? null,
    getAll: (key) => byKey.get(key) ?? [],
    names: (section) => [
      ...new Set(
        entries
          .filter(([key]) => key.startsWith(`${section}.`))
          .map(([key]) => key.slice(section.length + 1, key.lastIndexOf('.')))
          .filter((name) => name !== ''),
      ),
    ],
  };
}

/** What git is told about a repository: by the system, by the person, by the repository, weakest first, with the files that they include. */
export function readGitConfig({ gitFolder, commonFolder }: Repository): GitConfig {
  const env = process.env;
  const system = env.GIT_CONFIG_NOSYSTEM ? [] : [env.GIT_CONFIG_SYSTEM ?? '/etc/gitconfig'];
  const own = env.GIT_CONFIG_GLOBAL
    ? [env.GIT_CONFIG_GLOBAL]
    : [join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'git', 'config'), join(homedir(), '.gitconfig')];
  const files = [...system, ...own, join(commonFolder, 'config')].flatMap((path) => readFile(path, gitFolder));
  const worktree =
    createGitConfig(files).get('extensions.worktreeconfig') === 'true'
      ? readFile(join(gitFolder, 'config.worktree'), gitFolder)
      : [];
  return createGitConfig([...files, ...worktree]);
}

function readFile(path: string, gitFolder: string, depth = 0): [string, string][] {
  let text: string;
  try {
    if (depth > MAX_DEPTH || statSync(path).size > MAX_BYTES) return [];
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return parseGitConfig(text).flatMap((entry) => {
    const [key, value] = entry;
    if (key !== 'include.path' && !(key.startsWith('includeif.gitdir:') && isFor(key, gitFolder))) return [entry];
    const target = expandHome(value);
    return [entry, ...readFile(isAbsolute(target) ? target : resolve(dirname(path), target), gitFolder, depth + 1)];
  });
}

export const expandHome = (path: string): string => path.replace(/^~(?=\/|$)/, homedir());

/** `includeIf "gitdir:…/"`: everything below a folder; other conditions are passed over. */
function isFor(key: string, gitFolder: string): boolean {
  const folder = expandHome(key.slice('includeif.gitdir:'.length, key.lastIndexOf('.')));
  return folder.endsWith('/') && `${gitFolder}/`.startsWith(folder);
}
