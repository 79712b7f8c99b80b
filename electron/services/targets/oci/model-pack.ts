import type { OutgoingFile, OutgoingVersion } from '../driver.ts';
import type { Descriptor, ImageManifest } from './manifest.ts';
import {
  APPROVAL,
  AUDIT_HEAD,
  CREATED,
  DEFINITION_DIGEST,
  FILEPATH,
  MANIFEST,
  MODEL,
  MODEL_CONFIG,
  roleOf,
  TITLE,
} from './media-types.ts';
import { digestOf } from './registry.ts';

export type Packed = {
  readonly text: string;
  readonly digest: string;
  readonly manifest: ImageManifest;
  readonly config: string;
};

export const layerOf = (file: OutgoingFile, mediaType: string): Descriptor => ({
  mediaType,
  digest: `sha256:${file.sha256}`,
  size: file.size,
  annotations: { [FILEPATH]: file.path, [TITLE]: file.path },
});

/** `1.5B`, as ModelPack wants the count of weights. */
export function sizeName(parameters: number): string {
  for (const [unit, size] of [
    ['T', 1e12],
    ['B', 1e9],
    ['M', 1e6],
    ['K', 1e3],
  ] as const)
    if (parameters >= size) return `${Math.round((parameters / size) * 10) / 10}${unit}`;
  return String(parameters);
}

/**
 * A version as CNCF ModelPack (model-spec v1): one raw layer per file, each with both annotations that clients look for. Its bytes depend on
 * nothing but the version and what is said about it.
 */
export function packModel(version: OutgoingVersion): Packed {
  const { definition } = version;
  const { kind } = definition;
  const dtypes = Object.keys(kind.dtypes);
  const config = JSON.stringify({
    descriptor: {
      createdAt: definition.created,
      authors: [
        definition.author.email === ''
          ? definition.author.name
          : `${definition.author.name} <${definition.author.email}>`,
      ],
      name: definition.model,
      version: definition.version,
      title: `${definition.model} ${definition.version}`,
      ...(definition.description === '' ? {} : { description: definition.description }),
      ...(definition.licence === null ? {} : { licenses: [definition.licence] }),
      ...(definition.code?.commit ? { revision: definition.code.commit } : {}),
    },
    config: {
      ...(kind.format === 'unknown' ? {} : { format: kind.format }),
      ...(kind.parameters === null ? {} : { paramSize: sizeName(kind.parameters) }),
      ...(dtypes.length === 1 ? { precision: dtypes[0]! } : {}),
    },
    modelfs: { type: 'layers', diffIds: version.files.map(({ sha256 }) => `sha256:${sha256}`) },
  });
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: MODEL,
    config: { mediaType: MODEL_CONFIG, digest: digestOf(config), size: Buffer.byteLength(config) },
    layers: version.files.map((file) =>
      layerOf(file, `application/vnd.cncf.model.${roleOf(file.path, definition)}.v1.raw`),
    ),
    annotations: {
      [CREATED]: definition.created,
      [TITLE]: `${definition.model} ${definition.version}`,
      'org.opencontainers.image.version': definition.version,
      ...(definition.licence === null ? {} : { 'org.opencontainers.image.licenses': definition.licence }),
      ...(definition.code?.commit ? { 'org.opencontainers.image.revision': definition.code.commit } : {}),
      [DEFINITION_DIGEST]: `sha256:${version.digest}`,
      ...(version.approval === null ? {} : { [APPROVAL]: version.approval }),
      [AUDIT_HEAD]: version.auditHead,
    },
  };
  const text = JSON.stringify(manifest);
  return { text, digest: digestOf(text), manifest, config };
}

/** Whether a manifest that is there says the same, but for the audit log's head, which moves with every push. */
export function saysTheSame(there: ImageManifest, ours: ImageManifest): boolean {
  const bare = (manifest: ImageManifest): string => {
    const { [AUDIT_HEAD]: _, ...annotations } = manifest.annotations ?? {};
    return JSON.stringify([
      manifest.artifactType,
      manifest.config,
      manifest.layers,
      Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
  };
  return bare(there) === bare(ours);
}
