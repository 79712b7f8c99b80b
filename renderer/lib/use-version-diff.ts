import { skipToken, useQuery } from '@tanstack/react-query';
import type { VersionDiff } from '../../shared/contract/models.ts';
import { api } from './client.ts';
import { type Rival, useRival } from './use-rival.ts';

type Against = {
  rival: Rival | null;
  /** as a head of a table says it: `champion 1.2.0` */
  words: string | null;
  diff: VersionDiff | null;
  error: unknown;
};

/** What a version changed against the champion, or against the version before it where that is itself or there is none. */
export function useVersionDiff(on: { project: string; name: string; version: string }): Against {
  const { project, name, version } = on;
  const rival = useRival(project, name, version);
  const query = useQuery(
    api.models.diff.queryOptions({ input: rival ? { project, name, from: rival.version, to: version } : skipToken }),
  );
  return {
    rival,
    words: rival && `${rival.why === 'champion' ? 'champion' : 'before:'} ${rival.version}`,
    diff: query.data ?? null,
    error: query.error,
  };
}
