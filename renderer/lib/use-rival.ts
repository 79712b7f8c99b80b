import { useQuery } from '@tanstack/react-query';
import { api } from './client.ts';
import { compareVersions } from './model-words.ts';

/** The version that another is held against, and by what right: an alias such as `champion`, or `before` for the next older one. */
export type Rival = { version: string; why: 'champion' | 'before' };

/**
 * What a version is compared with: the current champion, else the next older version. Null when it is the champion and the first, or while
 * that is not known.
 */
export function useRival(project: string, name: string, version: string): Rival | null {
  const models = useQuery(api.models.list.queryOptions({ input: { project } }));
  const versions = useQuery(api.models.versions.queryOptions({ input: { project, name, limit: 5000 } }));
  const champion = models.data?.models.find((one) => one.name === name)?.aliases.champion;
  if (champion && champion !== version) return { version: champion, why: 'champion' };
  const before = olderThan(versions.data?.rows.map((row) => row.version) ?? [], version);
  return before ? { version: before, why: 'before' } : null;
}

/** The newest version that is older than another, by semantic version; null when there is none. */
export function olderThan(versions: readonly string[], version: string): string | null {
  return (
    versions
      .filter((one) => compareVersions(one, version) < 0)
      .sort(compareVersions)
      .at(-1) ?? null
  );
}
