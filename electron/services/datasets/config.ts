import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';

export type LinkType = 'reflink' | 'hardlink' | 'symlink' | 'copy';

export type Remote = {
  readonly name: string;
  /** as configured */
  readonly url: string;
  /** the folder it is; null for what is reached over a network */
  readonly folder: string | null;
};

/** What `.dvc/config` and `.dvc/config.local` say, as far as it concerns files. */
export type Config = {
  readonly noScm: boolean;
  readonly cacheFolder: string;
  readonly linkTypes: readonly LinkType[];
  /** a cache that a group shares: its files may be written by the group */
  readonly shared: boolean;
  readonly defaultRemote: string | null;
  readonly remotes: readonly Remote[];
  readonly hardlinkLock: boolean;
};

/** A folder with `.dvc` in it. */
export type Repo = { readonly root: string; readonly config: Config };

const LINK_TYPES: readonly string[] = ['reflink', 'hardlink', 'symlink', 'copy'];

/**
 * The repository that a path belongs to: the nearest folder with `.dvc` at or above `from`, but not above `top`.
 * @throws AppError BAD_REQUEST when its configuration cannot be used
 */
export function findRepo(from: string, top: string): Repo | null {
  for (let folder = from; ; folder = dirname(folder)) {
    if (statSync(join(folder, '.dvc'), { throwIfNoEntry: false })?.isDirectory())
      return { root: folder, config: readConfig(folder) };
    if (folder === top || dirname(folder) === folder) return null;
  }
}

/** Makes `.dvc` as `dvc init` does: with `--no-scm` where there is no git. Nothing that exists is changed. */
export function initRepo(root: string, withGit: boolean): Repo {
  const put = (path: string, content: string): void => {
    if (!existsSync(join(root, path))) writeFileAtomic(join(root, path), content);
  };
  mkdirSync(join(root, '.dvc', 'tmp'), { recursive: true });
  put('.dvc/config', withGit ? '' : '[core]\n    no_scm = True\n');
  if (withGit) put('.dvc/.gitignore', '/config.local\n/tmp\n/cache\n');
  put(
    '.dvcignore',
    '# Add patterns of files dvc should ignore, which could improve\n# the performance. Learn more at\n# https://dvc.org/doc/user-guide/dvcignore\n',
  );
  return { root, config: readConfig(root) };
}

/** @throws AppError BAD_REQUEST with file and line */
export function readConfig(root: string): Config {
  const folder = join(root, '.dvc');
  const sections = new Map<string, Map<string, string>>();
  for (const name of ['config', 'config.local']) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    for (const [section, values] of parseIni(readFileSync(path, 'utf8'), `.dvc/${name}`)) {
      const known = sections.get(section) ?? new Map<string, string>();
      for (const [key, value] of values) known.set(key, value);
      sections.set(section, known);
    }
  }
  const get = (section: string, key: string): string | null => sections.get(section)?.get(key) || null;
  const flag = (section: string, key: string): boolean => /^(true|yes|on|1)$/i.test(get(section, key) ?? '');
  const types = (get('cache', 'type') ?? 'reflink,copy').split(',').map((type) => type.trim().toLowerCase());
  const wrong = types.find((type) => !LINK_TYPES.includes(type));
  if (wrong !== undefined)
    throw new AppError(
      'BAD_REQUEST',
      `.dvc/config: cache.type "${wrong}" is none of ${LINK_TYPES.join(', ')}. Correct it.`,
    );
  return {
    noScm: flag('core', 'no_scm'),
    cacheFolder: localFolder(get('cache', 'dir') ?? 'cache', folder) ?? join(folder, 'cache'),
    linkTypes: types as LinkType[],
    shared: get('cache', 'shared') === 'group',
    defaultRemote: get('core', 'remote'),
    remotes: [...sections].flatMap(([section, values]) => {
      const name = /^remote "(.*)"$/.exec(section)?.[1];
      const url = values.get('url');
      return name && url ? [{ name, url, folder: localFolder(url, folder) }] : [];
    }),
    hardlinkLock: flag('core', 'hardlink_lock'),
  };
}

/** A place on this machine, relative ones counted from the folder of the configuration; null for an address with a scheme. */
function localFolder(url: string, base: string): string | null {
  if (/^file:\/\//i.test(url)) return decodeURIComponent(new URL(url).pathname);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(url)) return null;
  if (url === '~' || url.startsWith('~/')) return join(homedir(), url.slice(1));
  return isAbsolute(url) ? url : resolve(base, url);
}

/** ConfigObj's INI: sections, perhaps quoted as a whole; `key = value` with keys in lower case, values perhaps quoted. */
export function parseIni(text: string, name: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((raw, index) => {
      const line = raw.trim();
      if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
      const section = /^\[\s*(.*?)\s*\](?:\s*#.*)?$/.exec(line)?.[1];
      if (section !== undefined) {
        const bare = /^(['"])(.*)\1$/.exec(section)?.[2] ?? section;
        const title = /^remote\s/i.test(bare) ? bare : bare.toLowerCase();
        current = sections.get(title) ?? new Map();
        sections.set(title, current);
        return;
      }
      const pair = /^([^=]+?)\s*=\s*(.*)$/.exec(line);
      if (!pair)
        throw new AppError(
          'BAD_REQUEST',
          `${name}, line ${index + 1}: neither a [section] nor "key = value". Correct it.`,
        );
      current.set(pair[1]!.toLowerCase(), unquote(pair[2]!));
    });
  return sections;
}

function unquote(value: string): string {
  const quoted = /^(['"])(.*?)\1\s*(?:#.*)?$/.exec(value);
  return quoted ? quoted[2]! : value.replace(/\s+#.*$/, '').trim();
}

/**
 * The remote to use: the named one, else the out's own, else the default, else the only one.
 * @throws AppError NOT_FOUND, BAD_REQUEST when it is no folder
 */
export function chooseRemote({ config }: Repo, wanted: string | null): Remote & { folder: string } {
  const name = wanted ?? config.defaultRemote ?? (config.remotes.length === 1 ? config.remotes[0]!.name : null);
  if (name === null)
    throw new AppError(
      'NOT_FOUND',
      'No remote is set for this project. Set one in .dvc/config: a section [\'remote "storage"\'] with "url = FOLDER", and "remote = storage" under [core].',
    );
  const remote = config.remotes.find((one) => one.name === name);
  if (!remote)
    throw new AppError(
      'NOT_FOUND',
      `No remote "${name}" in .dvc/config. Known: ${config.remotes.map((one) => one.name).join(', ') || 'none'}.`,
    );
  const { folder } = remote;
  if (folder === null)
    throw new AppError(
      'BAD_REQUEST',
      `The remote "${name}" is reached over a network, and Assay can use folders only so far. Use "dvc push" and "dvc pull" for it: the files are the same.`,
    );
  return { ...remote, folder };
}
