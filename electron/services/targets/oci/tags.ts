import { z } from 'zod';
import { ModelVersion } from '../../../../shared/contract/models.ts';
import { AppError } from '../../../../shared/errors.ts';
import { parallel } from '../../remotes/parallel.ts';
import { newestFirst } from '../newest-first.ts';
import { nextPage } from './referrers.ts';
import type { Registry } from './registry.ts';

const MAX_TAGS = 10_000;
const JOBS = 8;
const Tags = z.object({ tags: z.array(z.string().max(128)).nullish() });

/** All tags of a repository; none for one that is not there. */
export async function listTags(registry: Registry, repository: string, signal: AbortSignal): Promise<string[]> {
  const tags: string[] = [];
  const seen = new Set<string>();
  let to: string | null = `${repository}/tags/list?n=1000`;
  while (to !== null && !seen.has(to) && tags.length < MAX_TAGS) {
    seen.add(to);
    const answer = await registry.ask({ method: 'GET', to, repository, access: 'pull', signal });
    if (answer.status === 404) {
      answer.giveUp();
      return tags;
    }
    if (answer.status !== 200) throw await registry.refusal(answer);
    const read = Tags.safeParse(await answer.json());
    if (!read.success)
      throw new AppError('UNAVAILABLE', `${registry.origin} gave a list of tags that cannot be read. Try again later.`);
    tags.push(...(read.data.tags ?? []));
    to = nextPage(answer.headers.link);
  }
  return tags.slice(0, MAX_TAGS);
}

/** Versions, newest first, and the other tags that point to one of them. */
export async function readTags(
  registry: Registry,
  repository: string,
  signal: AbortSignal,
): Promise<{ versions: string[]; aliases: Record<string, string> }> {
  const tags = new Set(await listTags(registry, repository, signal));
  const isKit = (tag: string): boolean => tag.endsWith('-kit') && tags.has(tag.slice(0, -'-kit'.length));
  const versions = [...tags].filter((tag) => ModelVersion.safeParse(tag).success && !isKit(tag)).sort(newestFirst);
  const others = [...tags].filter((tag) => /^[a-z][a-z0-9-]*[a-z0-9]$/.test(tag) && !/^sha256-[0-9a-f]{64}/.test(tag));
  const aliases: Record<string, string> = {};
  if (others.length > 0) {
    const digests = new Map<string, string | null>();
    await parallel([...versions, ...others], JOBS, signal, async (tag, stop) => {
      digests.set(tag, await registry.headManifest(repository, tag, 'pull', stop));
    });
    for (const alias of others.sort()) {
      const digest = digests.get(alias);
      const version = digest && versions.find((one) => digests.get(one) === digest);
      if (version) aliases[alias] = version;
    }
  }
  return { versions, aliases };
}
