import type { PlanItem } from '../../../../shared/contract/targets.ts';
import { parallel } from '../../remotes/parallel.ts';
import type { OutgoingVersion, Planned } from '../driver.ts';
import { extrasOf } from './extras.ts';
import { blobsOf, kitTag, manifestFor, type PushPlace } from './push.ts';
import type { Registry } from './registry.ts';

const JOBS = 8;

/** What a push would send, asked for with HEAD; in order of the push. */
export async function planModel(
  registry: Registry,
  place: PushPlace,
  version: OutgoingVersion,
  signal: AbortSignal,
): Promise<Planned> {
  const { repository } = place;
  const { pack, text, digest, there } = await manifestFor(registry, place, version, signal);
  const blobs = blobsOf(version, pack, extrasOf(version));
  const items: PlanItem[] = blobs.map(({ path, what, blob }) => ({
    path,
    what,
    bytes: blob.size,
    digest: blob.digest,
    there: false,
  }));
  await parallel([...blobs.keys()], JOBS, signal, async (index, stop) => {
    const { blob } = blobs[index]!;
    const found = await registry.hasBlob(repository, blob.digest, blob.size, 'pull,push', stop);
    items[index] = { ...items[index]!, there: found };
  });
  items.push({ path: place.called, what: 'manifest', bytes: Buffer.byteLength(text), digest, there });
  const steps: string[] = [];
  if (version.modelkit) steps.push(`writes a ModelKit under ${kitTag(version.definition.version)}`);
  for (const alias of version.aliases) {
    const now = await registry.headManifest(repository, alias, 'pull,push', signal);
    if (now === null) steps.push(`sets ${alias}`);
    else if (now !== digest) steps.push(`moves ${alias} to ${version.definition.version}`);
  }
  return { ref: place.called, items, steps };
}
