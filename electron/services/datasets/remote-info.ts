import type { RemoteInfo } from '../../../shared/contract/datasets.ts';
import { withoutCredentials } from '../git/repository.ts';
import type { Repo } from './config.ts';

/** The remotes of a repository as a page may show them. */
export function remotesOf({ config }: Repo): RemoteInfo[] {
  return config.remotes.map(({ name, url, folder }) => ({
    name,
    url: withoutCredentials(url),
    kind: folder === null ? kindOf(url) : 'folder',
    isDefault: name === config.defaultRemote || (config.defaultRemote === null && config.remotes.length === 1),
  }));
}

function kindOf(url: string): RemoteInfo['kind'] {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 's3' || scheme === 'ssh') return scheme;
  return scheme === 'http' || scheme === 'https' ? 'http' : 'unknown';
}
