import { skipToken, useQuery } from '@tanstack/react-query';
import type { Evaluation } from '../../shared/contract/gates.ts';
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

const WORDS = { champion: 'champion', evaluated: 'former champion', before: 'before:' } as const;

/** What a version changed against the champion; see `useRival` for when that is itself or there is none. */
export function useVersionDiff(
  on: { project: string; name: string; version: string },
  evaluation?: Evaluation | null,
): Against {
  const { project, name, version } = on;
  const rival = useRival(project, name, version, evaluation?.champion?.version);
  const query = useQuery(
    api.models.diff.queryOptions({ input: rival ? { project, name, from: rival.version, to: version } : skipToken }),
  );
  return {
    rival,
    words: rival && `${WORDS[rival.why]} ${rival.version}`,
    diff: query.data ?? null,
    error: query.error,
  };
}
