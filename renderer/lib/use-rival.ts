import { useQuery } from '@tanstack/react-query';
import { api } from './client.ts';
import { compareVersions } from './model-words.ts';

/** The version that another is held against, and by what right: the champion, the one its gates were held against, or the next older one. */
export type Rival = { version: string; why: 'champion' | 'evaluated' | 'before' };

/**
 * What a version is compared with: the current champion; where that is itself, the champion that its evaluation names; else the next older
 * version. Null when it is the champion and the first, or while that is not known.
 * @param evaluated the version of its evaluation's champion
 */
export function useRival(project: string, name: string, version: string, evaluated?: string): Rival | null {
  const models = useQuery(api.models.list.queryOptions({ input: { project } }));
  const versions = useQuery(api.models.versions.queryOptions({ input: { project, name, limit: 5000 } }));
  const champion = models.data?.models.find((one) => one.name === name)?.aliases.champion;
  return rivalOf(version, { champion, evaluated, versions: versions.data?.rows.map((row) => row.version) ?? [] });
}

type Known = { champion: string | undefined; evaluated: string | undefined; versions: readonly string[] };

/** See `useRival`. Pure. */
export function rivalOf(version: string, { champion, evaluated, versions }: Known): Rival | null {
  if (champion && champion !== version) return { version: champion, why: 'champion' };
  if (champion && evaluated && evaluated !== version) return { version: evaluated, why: 'evaluated' };
  const before = olderThan(versions, version);
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
