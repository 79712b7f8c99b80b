import type { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { Access } from './auth.ts';
import { type Descriptor, ImageIndex, type ImageManifest, parseManifest } from './manifest.ts';
import { CREATED, INDEX, MANIFEST } from './media-types.ts';
import { digestOf, type Registry } from './registry.ts';

/** More than anyone puts beside one model. */
const MAX_REFERRERS = 1000;
const MAX_PAGES = 20;
const MERGES = 5;

/** Where the index is of a registry that has no API for it (distribution specification: referrers tag schema). */
export const fallbackTag = (digest: string): string => digest.replace(':', '-').slice(0, 71);

export type Referrer = { readonly descriptor: Descriptor; readonly manifest: ImageManifest };

/** What refers to a manifest, by its registry's API or else by the fallback tag. */
export async function listReferrers(
  registry: Registry,
  repository: string,
  subject: string,
  access: Access,
  signal: AbortSignal,
): Promise<Descriptor[]> {
  const found: Descriptor[] = [];
  let to: string | null = `${repository}/referrers/${subject}`;
  for (let page = 0; to !== null && page < MAX_PAGES; page++) {
    const answer = await registry.ask({ method: 'GET', to, repository, access, signal, headers: { accept: INDEX } });
    if (answer.status !== 200 || !answer.headers['content-type']?.startsWith(INDEX)) {
      if (answer.status >= 500 || [401, 403, 408, 429].includes(answer.status)) throw await registry.refusal(answer);
      answer.giveUp();
      return (await readFallback(registry, repository, subject, access, signal)).manifests;
    }
    const read = ImageIndex.safeParse(await answer.json());
    if (!read.success)
      throw new AppError(
        'UNAVAILABLE',
        `${registry.origin} gave a list of referrers that cannot be read. Try again later.`,
      );
    found.push(...read.data.manifests);
    if (found.length > MAX_REFERRERS) break;
    to = nextPage(answer.headers.link);
  }
  return found.slice(0, MAX_REFERRERS);
}

/** The address of the next page in a Link header (RFC 8288). */
export const nextPage = (link: string | undefined): string | null =>
  /<([^>]{1,2000})>\s*;[^,]*rel="?next"?/.exec(link ?? '')?.[1] ?? null;

async function readFallback(
  registry: Registry,
  repository: string,
  subject: string,
  access: Access,
  signal: AbortSignal,
): Promise<z.infer<typeof ImageIndex>> {
  const there = await registry.getManifest(repository, fallbackTag(subject), access, signal);
  const read = there ? ImageIndex.safeParse(JSON.parse(there.text)) : null;
  return read?.success ? read.data : { schemaVersion: 2, manifests: [] };
}

/**
 * Puts a manifest that refers to another one. A registry that does not say that it has understood (OCI-Subject) gets the fallback index; that
 * has no locks, so it is read again afterwards and merged until ours is in it.
 */
export async function putReferrer(
  registry: Registry,
  repository: string,
  manifest: ImageManifest,
  signal: AbortSignal,
): Promise<string> {
  const text = JSON.stringify(manifest);
  const digest = digestOf(text);
  const headers = await registry.putManifest(repository, digest, text, MANIFEST, signal);
  const subject = manifest.subject!.digest;
  if (headers['oci-subject'] !== undefined) return digest;
  const own: Descriptor = {
    mediaType: MANIFEST,
    digest,
    size: Buffer.byteLength(text),
    ...(manifest.artifactType === undefined ? {} : { artifactType: manifest.artifactType }),
    ...(manifest.annotations === undefined ? {} : { annotations: manifest.annotations }),
  };
  for (let turn = 0; turn < MERGES; turn++) {
    const { manifests } = await readFallback(registry, repository, subject, 'pull,push', signal);
    if (manifests.some((one) => one.digest === digest)) return digest;
    const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [...manifests, own] });
    await registry.putManifest(repository, fallbackTag(subject), index, INDEX, signal);
  }
  const { manifests } = await readFallback(registry, repository, subject, 'pull,push', signal);
  if (manifests.some((one) => one.digest === digest)) return digest;
  throw new AppError('CONFLICT', `Others change ${repository} in ${registry.origin} at the same time. Run this again.`);
}

/** Those of one type, newest first, with their manifests. */
export async function referrersOfType(
  registry: Registry,
  repository: string,
  listed: readonly Descriptor[],
  artifactType: string,
  access: Access,
  signal: AbortSignal,
): Promise<Referrer[]> {
  const found: Referrer[] = [];
  // registries that know no artifactType list the config's type, or nothing
  const some = listed
    .filter((one) => one.artifactType === artifactType || one.artifactType === undefined)
    .slice(0, 100);
  for (const descriptor of some) {
    const there = await registry.getManifest(repository, descriptor.digest, access, signal);
    if (!there) continue;
    const manifest = parseManifest(there.text, `${repository}@${descriptor.digest}`);
    if (manifest.artifactType === artifactType) found.push({ descriptor, manifest });
  }
  const at = ({ manifest }: Referrer): string => manifest.annotations?.[CREATED] ?? '';
  return found.sort((a, b) => (at(a) < at(b) ? 1 : -1));
}
