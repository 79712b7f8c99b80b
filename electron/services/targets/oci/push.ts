import { AppError } from '../../../../shared/errors.ts';
import { parallel } from '../../remotes/parallel.ts';
import type { DriverWork, OutgoingVersion, Pushed } from '../driver.ts';
import { blobOf, type Extra, extraManifest, extrasOf, sameLayers } from './extras.ts';
import { type Descriptor, parseManifest } from './manifest.ts';
import { DEFINITION_DIGEST, MANIFEST } from './media-types.ts';
import { type Kit, packKit } from './model-kit.ts';
import { type Packed, packModel, saysTheSame } from './model-pack.ts';
import { listReferrers, putReferrer, referrersOfType } from './referrers.ts';
import { digestOf, type Registry } from './registry.ts';
import { type Blob, uploadBlob } from './upload.ts';

/** Uploads at the same time: small files wait for answers, large ones for the line. */
const JOBS = 4;

export type PushPlace = { readonly repository: string; readonly called: string; readonly piece?: number | undefined };

export const kitTag = (version: string): string => `${version}-kit`;

export const textBlob = (text: string): Blob => ({
  digest: digestOf(text),
  size: Buffer.byteLength(text),
  from: { bytes: Buffer.from(text) },
});

/** Every blob that a version needs, each once. */
export function blobsOf(
  version: OutgoingVersion,
  pack: Packed,
  extras: readonly Extra[],
): { path: string; what: string; blob: Blob }[] {
  const all = [
    ...version.files.map((file, index) => ({
      path: file.path,
      what: pack.manifest.layers[index]!.mediaType.split('.').slice(3, -2).join(' '),
      blob: blobOf(file),
    })),
    { path: 'config.json', what: 'config', blob: textBlob(pack.config) },
    ...extras.flatMap(({ what, layers, blobs }) =>
      blobs.map((blob, index) => ({
        path: layers[index]!.annotations!['org.opencontainers.image.title']!,
        what: index === 0 ? what : 'evidence',
        blob,
      })),
    ),
    { path: 'empty.json', what: 'config', blob: textBlob('{}') },
  ];
  return all.filter(({ blob }, index) => all.findIndex((other) => other.blob.digest === blob.digest) === index);
}

/**
 * The manifest that is to be under the version's tag: the one that is there when it says the same, else ours.
 * @throws AppError CONFLICT when another model is there
 */
export async function manifestFor(
  registry: Registry,
  { repository, called }: PushPlace,
  version: OutgoingVersion,
  signal: AbortSignal,
): Promise<{ pack: Packed; text: string; digest: string; there: boolean }> {
  const pack = packModel(version);
  const found = await registry.getManifest(repository, version.definition.version, 'pull,push', signal);
  if (!found) return { pack, text: pack.text, digest: pack.digest, there: false };
  const manifest = parseManifest(found.text, called);
  const other = manifest.annotations?.[DEFINITION_DIGEST];
  if (other !== `sha256:${version.digest}`)
    throw new AppError(
      'CONFLICT',
      `${called} is there already and is another one (${other ? `definition ${other}` : 'not pushed by Assay'}). Register a new version, or delete that tag first.`,
    );
  if (!saysTheSame(manifest, pack.manifest)) return { pack, text: pack.text, digest: pack.digest, there: false };
  return { pack, text: found.text, digest: found.digest, there: true };
}

/** Blobs, then what names them, then the tag, then aliases: nothing is to be seen before all of it is there. */
export async function pushModel(
  registry: Registry,
  place: PushPlace,
  version: OutgoingVersion,
  work: DriverWork,
): Promise<Pushed> {
  const { repository } = place;
  const { signal } = work;
  const { definition } = version;
  const { pack, text, digest, there } = await manifestFor(registry, place, version, signal);
  const extras = extrasOf(version);
  let bytes = 0;
  let skippedBytes = 0;

  const bring = async (items: readonly { path: string; blob: Blob }[]): Promise<void> =>
    parallel(items, JOBS, signal, async ({ path, blob }, stop) => {
      bytes += blob.size;
      const onBytes = (count: number): void => work.onBytes(count, path);
      if (await registry.hasBlob(repository, blob.digest, blob.size, 'pull,push', stop)) {
        skippedBytes += blob.size;
        return onBytes(blob.size);
      }
      await uploadBlob(registry, repository, blob, {
        signal: stop,
        onBytes,
        resume: version.resume,
        piece: place.piece,
      });
    });
  const put = (reference: string, content: string): Promise<unknown> =>
    registry.putManifest(repository, reference, content, MANIFEST, signal);

  await bring(blobsOf(version, pack, extras));
  if (!there) await put(digest, text);
  await putExtras(registry, repository, { digest, size: Buffer.byteLength(text), mediaType: MANIFEST }, extras, signal);
  const details: Record<string, string> = { repository };
  if (version.modelkit) {
    work.onBytes(0, 'ModelKit');
    const kept = await keptKit(registry, repository, version, signal);
    details.kit = kept ?? (await pushKit(await packKit(version, signal)));
  }
  if (!there) await put(definition.version, text);
  for (const alias of version.aliases)
    if ((await registry.headManifest(repository, alias, 'pull,push', signal)) !== digest) await put(alias, text);
  return {
    ref: place.called,
    digest,
    aliases: [...version.aliases],
    bytes: bytes - skippedBytes,
    skippedBytes,
    details,
  };

  async function pushKit(kit: Kit): Promise<string> {
    const items = [...kit.blobs, textBlob(kit.config)].map((blob) => ({ path: 'ModelKit', blob }));
    await bring(items);
    await put(kitTag(definition.version), kit.text);
    return kit.digest;
  }
}

/** The digest of the ModelKit that is there when an earlier push of this version left it. */
async function keptKit(
  registry: Registry,
  repository: string,
  version: OutgoingVersion,
  signal: AbortSignal,
): Promise<string | null> {
  const before =
    version.previous?.verified && version.previous.definition === version.digest
      ? version.previous.details.kit
      : undefined;
  if (before === undefined) return null;
  const now = await registry.headManifest(repository, kitTag(version.definition.version), 'pull,push', signal);
  return now === before ? now : null;
}

async function putExtras(
  registry: Registry,
  repository: string,
  subject: Descriptor,
  extras: readonly Extra[],
  signal: AbortSignal,
): Promise<void> {
  const listed = await listReferrers(registry, repository, subject.digest, 'pull,push', signal);
  for (const extra of extras) {
    const found = await referrersOfType(registry, repository, listed, extra.artifactType, 'pull,push', signal);
    if (found[0] && sameLayers(found[0].manifest.layers, extra.layers)) continue;
    await putReferrer(registry, repository, extraManifest(extra, subject, new Date().toISOString()), signal);
  }
}
