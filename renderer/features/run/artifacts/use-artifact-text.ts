import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '../../../lib/client.ts';

/**
 * The first `limit` bytes of an artifact as UTF-8 text (U+FFFD for what is none). `size` is the whole file's, in bytes.
 * The artifact's logged size is a part of the key, so that a file that was written again is read again.
 */
export function useArtifactText(
  { project, run, artifact }: { project: string; run: string; artifact: { path: string; size: number } },
  limit: number,
) {
  return useQuery({
    queryKey: ['artifact-text', project, run, artifact.path, artifact.size, limit],
    queryFn: async ({ signal }) => {
      const answer = await client.runs.artifact({ project, run, path: artifact.path, limit }, { signal });
      return { size: answer.size, cut: answer.size > answer.bytes.size, text: await answer.bytes.text() };
    },
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}
