import type { RemoteInfo } from '../../../shared/contract/datasets.ts';
import { kindOf, publicUrl } from '../remotes/address.ts';
import type { Repo } from './config.ts';

/** The remotes of a repository as a page may show them. */
export function remotesOf({ config }: Repo): RemoteInfo[] {
  return config.remotes.map(({ name, url, folder }) => ({
    name,
    url: publicUrl(url),
    kind: folder === null ? kindOf(url) : 'folder',
    isDefault: name === config.defaultRemote || (config.defaultRemote === null && config.remotes.length === 1),
  }));
}
