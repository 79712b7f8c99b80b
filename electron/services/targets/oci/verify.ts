import { AppError } from '../../../../shared/errors.ts';
import { parallel } from '../../remotes/parallel.ts';
import type { DriverWork, OutgoingVersion, Pushed } from '../driver.ts';
import { extrasOf, sameLayers } from './extras.ts';
import { type Descriptor, parseManifest } from './manifest.ts';
import { TITLE } from './media-types.ts';
import { packModel, saysTheSame } from './model-pack.ts';
import { kitTag } from './push.ts';
import { checkBlob } from './read-blob.ts';
import { listReferrers, referrersOfType } from './referrers.ts';
import type { Registry } from './registry.ts';

const JOBS = 4;

/**
 * Reads back all that a push brought: manifest, config and every file, what refers to it, aliases, the ModelKit. After a push that sent nothing
 * of a version whose receipt is verified, blobs need only be there.
 * @throws AppError CONFLICT naming what differs
 */
export async function verifyModel(
  registry: Registry,
  { repository, called }: { repository: string; called: string },
  version: OutgoingVersion,
  pushed: Pushed,
  work: DriverWork,
): Promise<void> {
  const { signal } = work;
  const wrong = (what: string): AppError =>
    new AppError('CONFLICT', `${called} is not what was pushed: ${what}. Do not use it; push it again.`);
  // a registry keeps blobs by their SHA-256, and these were read back when they were sent
  const { previous } = version;
  const known = previous?.verified === true && previous.digest === pushed.digest && pushed.bytes === 0;
  const check = (blobs: readonly Descriptor[]): Promise<void> =>
    parallel(blobs, JOBS, signal, async (blob, stop) => {
      const label = blob.annotations?.[TITLE] ?? blob.mediaType;
      if (known) {
        if (!(await registry.hasBlob(repository, blob.digest, blob.size, 'pull', stop)))
          throw wrong(`${label} is missing there`);
        return work.onBytes(blob.size, label);
      }
      try {
        await checkBlob(registry, repository, blob, { signal: stop, onBytes: (count) => work.onBytes(count, label) });
      } catch (error) {
        if (error instanceof AppError && error.code === 'NOT_FOUND') throw wrong(`${label} is missing there`);
        if (error instanceof AppError && error.code === 'CONFLICT')
          throw new AppError('CONFLICT', `${label}: ${error.message}`, error.data, { cause: error });
        throw error;
      }
    });
  const read = async (tag: string, digest: string) => {
    const found = await registry.getManifest(repository, tag, 'pull', signal);
    if (!found) throw wrong(`nothing is under the tag ${tag}`);
    if (found.digest !== digest) throw wrong(`the tag ${tag} points to ${found.digest} instead of ${digest}`);
    return parseManifest(found.text, called);
  };

  const manifest = await read(version.definition.version, pushed.digest);
  if (!saysTheSame(manifest, packModel(version).manifest)) throw wrong('its manifest names other files');
  await check([...manifest.layers, manifest.config]);

  const listed = await listReferrers(registry, repository, pushed.digest, 'pull', signal);
  for (const extra of extrasOf(version)) {
    const [newest] = await referrersOfType(registry, repository, listed, extra.artifactType, 'pull', signal);
    if (!newest) throw wrong(`its ${extra.what} does not refer to it`);
    if (!sameLayers(newest.manifest.layers, extra.layers)) throw wrong(`its ${extra.what} is another one`);
    await check(newest.manifest.layers);
  }
  for (const alias of pushed.aliases) {
    const digest = await registry.headManifest(repository, alias, 'pull', signal);
    if (digest !== pushed.digest) throw wrong(`the alias ${alias} points to ${digest ?? 'nothing'}`);
  }
  if (pushed.details.kit !== undefined) {
    const kit = await read(kitTag(version.definition.version), pushed.details.kit);
    await check([...kit.layers, kit.config]);
  }
}
