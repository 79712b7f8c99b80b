import { createHash } from 'node:crypto';
import type { OutgoingFile, OutgoingVersion } from '../driver.ts';
import type { Descriptor, ImageManifest } from './manifest.ts';
import {
  CARD,
  CREATED,
  DEFINITION,
  DEFINITION_DIGEST,
  EMPTY,
  EVIDENCE,
  MANIFEST,
  SIGNATURE,
  TITLE,
} from './media-types.ts';
import type { Blob } from './upload.ts';

/** What travels beside a model: a manifest that refers to it. */
export type Extra = {
  readonly what: 'definition' | 'card' | 'signature';
  readonly artifactType: string;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly blobs: readonly Blob[];
};

const textLayer = (text: string, mediaType: string, title: string): { layer: Descriptor; blob: Blob } => {
  const bytes = Buffer.from(text);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return {
    layer: { mediaType, digest, size: bytes.length, annotations: { [TITLE]: title } },
    blob: { digest, size: bytes.length, from: { bytes } },
  };
};

export const blobOf = (file: OutgoingFile): Blob => ({
  digest: `sha256:${file.sha256}`,
  size: file.size,
  from: { file: file.file },
});

/** Definition (with its evidence as further layers), card, and signature if there is one. */
export function extrasOf(version: OutgoingVersion): Extra[] {
  const definition = textLayer(version.definitionText, DEFINITION, `${version.definition.version}.yaml`);
  const card = textLayer(version.card, CARD, 'README.md');
  const signature = version.signature === null ? null : textLayer(version.signature, SIGNATURE, 'model.sig');
  return [
    {
      what: 'definition',
      artifactType: DEFINITION,
      layers: [
        definition.layer,
        ...version.evidence.map((file) => ({
          mediaType: EVIDENCE,
          digest: `sha256:${file.sha256}`,
          size: file.size,
          annotations: { [TITLE]: file.path },
        })),
      ],
      annotations: { [DEFINITION_DIGEST]: `sha256:${version.digest}` },
      blobs: [definition.blob, ...version.evidence.map(blobOf)],
    },
    { what: 'card', artifactType: CARD, layers: [card.layer], annotations: {}, blobs: [card.blob] },
    ...(signature
      ? [
          {
            what: 'signature' as const,
            artifactType: SIGNATURE,
            layers: [signature.layer],
            // what cosign and model-transparency look for
            annotations: {
              'dev.sigstore.bundle.content': 'dsse-envelope',
              'dev.sigstore.bundle.predicateType': 'https://model_signing/signature/v1.0',
            },
            blobs: [signature.blob],
          },
        ]
      : []),
  ];
}

export const extraManifest = (extra: Extra, subject: Descriptor, created: string): ImageManifest => ({
  schemaVersion: 2,
  mediaType: MANIFEST,
  artifactType: extra.artifactType,
  config: EMPTY,
  layers: [...extra.layers],
  subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
  annotations: { ...extra.annotations, [CREATED]: created },
});

/** Whether what is there has the same bytes in the same places. */
export const sameLayers = (a: readonly Descriptor[], b: readonly Descriptor[]): boolean =>
  a.length === b.length &&
  a.every(
    (layer, index) =>
      layer.digest === b[index]!.digest && layer.annotations?.[TITLE] === b[index]!.annotations?.[TITLE],
  );
