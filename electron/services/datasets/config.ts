import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import { kindOf, publicUrl, type RemoteSettings } from '../remotes/address.ts';

export type LinkType = 'reflink' | 'hardlink' | 'symlink' | 'copy';

export type Remote = RemoteSettings & {
  /** the folder it is; null for what is reached over a network */
  readonly folder: string | null;
};

/** What `.dvc/config`, `.dvc/config.local` and this person's and machine's own configuration say, as far as it concerns files. */
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
/** Options of remotes that are paths, counted from the folder of their file as `url` is. */
const FILES: readonly string[] = ['keyfile', 'credentialpath', 'configpath', 'ssl_verify'];

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

type Value = { readonly text: string /** the folder of the file it stands in */; readonly from: string };

/** Where DVC keeps what holds for every repository (platformdirs' site and user folders), least important first. */
function commonFolders(): string[] {
  const { env } = process;
  const home = homedir();
  const [system, user] =
    process.platform === 'win32'
      ? [
          join(env.PROGRAMDATA ?? 'C:\\ProgramData', 'iterative', 'dvc'),
          join(env.LOCALAPPDATA ?? home, 'iterative', 'dvc'),
        ]
      : process.platform === 'darwin'
        ? ['/Library/Application Support/dvc', join(home, 'Library', 'Application Support', 'dvc')]
        : ['/etc/xdg/dvc', join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'dvc')];
  return [env.DVC_SYSTEM_CONFIG_DIR ?? system, env.DVC_GLOBAL_CONFIG_DIR ?? user];
}

/** Every section of every level, the more particular file winning, key by key. */
function readSections(folder: string): Map<string, Map<string, Value>> {
  const files = [
    ...commonFolders().map((common) => ({ path: join(common, 'config'), name: join(common, 'config') })),
    ...['config', 'config.local'].map((name) => ({ path: join(folder, name), name: `.dvc/${name}` })),
  ];
  const sections = new Map<string, Map<string, Value>>();
  for (const { path, name } of files) {
    if (!existsSync(path)) continue;
    for (const [section, values] of parseIni(readFileSync(path, 'utf8'), name)) {
      const known = sections.get(section) ?? new Map<string, Value>();
      for (const [key, text] of values) known.set(key, { text, from: dirname(path) });
      sections.set(section, known);
    }
  }
  return sections;
}

/** @throws AppError BAD_REQUEST with file and line */
export function readConfig(root: string): Config {
  const folder = join(root, '.dvc');
  const sections = readSections(folder);
  const get = (section: string, key: string): string | null => sections.get(section)?.get(key)?.text || null;
  const flag = (section: string, key: string): boolean => /^(true|yes|on|1)$/i.test(get(section, key) ?? '');
  const types = (get('cache', 'type') ?? 'reflink,copy').split(',').map((type) => type.trim().toLowerCase());
  const wrong = types.find((type) => !LINK_TYPES.includes(type));
  if (wrong !== undefined)
    throw new AppError(
      'BAD_REQUEST',
      `.dvc/config: cache.type "${wrong}" is none of ${LINK_TYPES.join(', ')}. Correct it.`,
    );
  const cache = sections.get('cache')?.get('dir');
  return {
    noScm: flag('core', 'no_scm'),
    cacheFolder: (cache?.text && localFolder(cache.text, cache.from)) || join(folder, 'cache'),
    linkTypes: types as LinkType[],
    shared: get('cache', 'shared') === 'group',
    defaultRemote: get('core', 'remote'),
    remotes: readRemotes(sections),
    hardlinkLock: flag('core', 'hardlink_lock'),
  };
}

function readRemotes(sections: ReadonlyMap<string, ReadonlyMap<string, Value>>): Remote[] {
  const remotes: Remote[] = [];
  for (const [section, values] of sections) {
    const name = /^remote "(.*)"$/.exec(section)?.[1];
    const url = values.get('url');
    if (!name || !url?.text) continue;
    const settings = Object.fromEntries([...values].map(([key, { text }]) => [key, text]));
    for (const key of FILES) {
      const value = values.get(key);
      if (value && (key !== 'ssl_verify' || !/^(true|false)$/i.test(value.text)))
        settings[key] = localFolder(value.text, value.from) ?? value.text;
    }
    // remote://other/below: another remote with its options, deeper down
    const [, other, below] = /^remote:\/\/([^/]+)\/?(.*)$/.exec(url.text) ?? [];
    const base = other === undefined ? null : sections.get(`remote "${other}"`);
    const target = base?.get('url');
    if (base && target && !target.text.startsWith('remote://')) {
      const inherited = Object.fromEntries([...base].map(([key, { text }]) => [key, text]));
      const address = `${target.text.replace(/\/$/, '')}/${below}`;
      remotes.push({
        name,
        url: address,
        folder: localFolder(address, target.from),
        settings: { ...inherited, ...settings, url: address },
      });
    } else remotes.push({ name, url: url.text, folder: localFolder(url.text, url.from), settings });
  }
  return remotes;
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
 * @throws AppError NOT_FOUND, BAD_REQUEST when Assay cannot use it
 */
export function chooseRemote({ config }: Repo, wanted: string | null): Remote {
  const name = wanted ?? config.defaultRemote ?? (config.remotes.length === 1 ? config.remotes[0]!.name : null);
  if (name === null)
    throw new AppError(
      'NOT_FOUND',
      'No remote is set for this project. Set one in .dvc/config: a section [\'remote "storage"\'] with "url = ADDRESS", and "remote = storage" under [core]; ADDRESS is a folder, s3://…, ssh://… or https://….',
    );
  // DVC writes names in lower case, and takes them in any
  const remote =
    config.remotes.find((one) => one.name === name) ?? config.remotes.find((one) => one.name === name.toLowerCase());
  if (!remote)
    throw new AppError(
      'NOT_FOUND',
      `No remote "${name}" in .dvc/config. Known: ${config.remotes.map((one) => one.name).join(', ') || 'none'}.`,
    );
  if (remote.folder === null && kindOf(remote.url) === 'unknown')
    throw new AppError(
      'BAD_REQUEST',
      `Assay cannot reach the remote "${remote.name}" (${publicUrl(remote.url)}): it knows folders, s3://, ssh:// and http(s)://. Use "dvc push" and "dvc pull" for this one: the files in the cache are the same.`,
    );
  const special = ['version_aware', 'worktree'].find((key) => remote.settings[key]?.toLowerCase() === 'true');
  if (special)
    throw new AppError(
      'BAD_REQUEST',
      `The remote "${remote.name}" keeps plain files in versions of its own (${special}), which Assay cannot do. Use "dvc push" and "dvc pull" for it.`,
    );
  return remote;
}
