import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { MANIFEST } from './media-types.ts';

const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is no SHA-256 digest');
export const Descriptor = z.object({
  mediaType: z.string().max(255),
  digest: Digest,
  size: z.number().int().min(0),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Descriptor = z.infer<typeof Descriptor>;

/** More layers than any model has. */
const MAX_LAYERS = 10_000;

export const ImageManifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: Descriptor,
  layers: z.array(Descriptor).max(MAX_LAYERS, `has more than ${MAX_LAYERS} layers`),
  subject: Descriptor.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type ImageManifest = z.infer<typeof ImageManifest>;

export const ImageIndex = z.object({
  schemaVersion: z.literal(2),
  manifests: z.array(Descriptor).max(MAX_LAYERS),
});
export type ImageIndex = z.infer<typeof ImageIndex>;

/** @throws AppError BAD_REQUEST when it is no manifest of one image or artifact */
export function parseManifest(text: string, called: string): ImageManifest {
  const fail = (what: string): never => {
    throw new AppError(
      'BAD_REQUEST',
      `${called} ${what}. It was not pushed by Assay; pull it with a client of its own.`,
    );
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    fail('has a manifest that is no JSON');
  }
  if (typeof value === 'object' && value !== null && 'manifests' in value)
    fail('is an index of several images, not a model');
  const read = ImageManifest.safeParse(value);
  if (!read.success)
    fail(
      `has a manifest that cannot be read: ${read.error.issues[0]!.path.join('.')} ${read.error.issues[0]!.message}`,
    );
  if (read.data!.mediaType !== undefined && read.data!.mediaType !== MANIFEST)
    fail('has a manifest of a kind that is not known');
  return read.data!;
}
