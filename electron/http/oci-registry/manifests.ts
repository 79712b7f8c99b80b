import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Descriptor, Layout } from './layout.ts';

/** distribution specification: a registry should take manifests of at least 4 MiB */
export const MAX_MANIFEST = 4 * 1024 * 1024;
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFESTS = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  INDEX,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

const Part = z.looseObject({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), mediaType: z.string() });
const Content = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: Part.optional(),
  layers: z.array(Part).optional(),
  manifests: z.array(Part).optional(),
  subject: Part.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Content = z.infer<typeof Content>;

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What a manifest says, or null when it is none that a registry takes. */
export function readContent(bytes: Uint8Array, mediaType: string): Content | null {
  if (!MANIFESTS.has(mediaType)) return null;
  try {
    const read = Content.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return read.success && (read.data.mediaType ?? mediaType) === mediaType ? read.data : null;
  } catch {
    return null;
  }
}

/** The first blob or manifest that a manifest names and that is not there; a subject may come later. */
export function missingPart(layout: Layout, content: Content): string | null {
  const parts = [...(content.config ? [content.config] : []), ...(content.layers ?? []), ...(content.manifests ?? [])];
  return parts.find(({ digest }) => layout.blobSize(digest) === null)?.digest ?? null;
}

/** What refers to a manifest (distribution specification, listing referrers). */
export function referrersOf(layout: Layout, subject: string, artifactType: string | null): Descriptor[] {
  return layout.manifests().flatMap((descriptor) => {
    const size = layout.blobSize(descriptor.digest);
    if (size === null || size > MAX_MANIFEST) return [];
    const content = readContent(layout.readBlob(descriptor.digest), descriptor.mediaType);
    if (content?.subject?.digest !== subject) return [];
    const type = content.artifactType ?? content.config?.mediaType;
    if (artifactType !== null && type !== artifactType) return [];
    const { mediaType, digest } = descriptor;
    return [
      {
        mediaType,
        digest,
        size,
        ...(type === undefined ? {} : { artifactType: type }),
        ...(content.annotations ? { annotations: content.annotations } : {}),
      },
    ];
  });
}
