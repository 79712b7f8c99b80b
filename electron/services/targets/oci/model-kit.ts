import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pack } from 'tar-stream';
import type { OutgoingFile, OutgoingVersion } from '../driver.ts';
import type { Descriptor, ImageManifest } from './manifest.ts';
import { CREATED, DEFINITION_DIGEST, KIT_CONFIG, MANIFEST, roleOf } from './media-types.ts';
import { digestOf } from './registry.ts';
import type { Blob } from './upload.ts';

export type Kit = {
  readonly manifest: ImageManifest;
  readonly text: string;
  readonly digest: string;
  readonly config: string;
  readonly blobs: readonly Blob[];
};

const PIECE = 1024 * 1024;

/** One file as a tar that is always the same: time 0, user 1000, no names (kitops: pkg/lib/kitfile/local-storage.go). */
export async function* tarOf(file: OutgoingFile): AsyncGenerator<Uint8Array> {
  const tar = pack();
  const owner = { uid: 1000, gid: 0, mtime: new Date(0) };
  const parts = file.path.split('/');
  for (let end = 1; end < parts.length; end++)
    tar.entry({ name: `${parts.slice(0, end).join('/')}/`, type: 'directory', mode: 0o755, ...owner });
  const entry = tar.entry({ name: file.path, type: 'file', mode: 0o644, size: file.size, ...owner }, (error) => {
    if (error) tar.destroy(error);
    else tar.finalize();
  });
  const source = createReadStream(file.file, { highWaterMark: PIECE });
  source.on('error', (error) => entry.destroy(error));
  source.pipe(entry);
  try {
    yield* tar as AsyncIterable<Uint8Array>;
  } finally {
    source.destroy();
  }
}

/**
 * A version as KitOps ModelKit: the Kitfile as JSON, a tar per file, in the Kitfile's order (model, parts, code, docs). Reads every file once
 * for the digests of their tars.
 */
export async function packKit(version: OutgoingVersion, signal: AbortSignal): Promise<Kit> {
  const { definition } = version;
  const withRole = version.files.map((file) => ({ file, role: roleOf(file.path, definition) }));
  const weights = withRole.filter(({ role }) => role === 'weight').map(({ file }) => file);
  const main =
    weights.find(({ path }) => path === definition.kind.file) ??
    [...(weights.length > 0 ? weights : version.files)].sort((a, b) => b.size - a.size)[0]!;
  const of = (...roles: readonly string[]): OutgoingFile[] =>
    withRole.filter(({ file, role }) => file !== main && roles.includes(role)).map(({ file }) => file);

  const layers: Descriptor[] = [];
  const blobs: Blob[] = [];
  const entry = async (file: OutgoingFile, kind: string): Promise<Record<string, string>> => {
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of tarOf(file)) {
      signal.throwIfAborted();
      hash.update(piece);
      size += piece.length;
    }
    const digest = `sha256:${hash.digest('hex')}`;
    layers.push({ mediaType: `application/vnd.kitops.modelkit.${kind}.v1.tar`, digest, size });
    blobs.push({ digest, size, from: { pieces: () => tarOf(file) } });
    return { path: file.path, digest, diffId: digest };
  };
  const all = async (files: readonly OutgoingFile[], kind: string): Promise<Record<string, string>[]> => {
    const entries: Record<string, string>[] = [];
    for (const file of files) entries.push(await entry(file, kind));
    return entries;
  };

  const model = await entry(main, 'model');
  const parts = await all(of('weight', 'weight.config'), 'modelpart');
  const code = await all(of('code'), 'code');
  const docs = await all(of('doc'), 'docs');
  const config = JSON.stringify({
    manifestVersion: '1.0.0',
    package: {
      name: definition.model,
      version: definition.version,
      ...(definition.description === '' ? {} : { description: definition.description }),
      ...(definition.licence === null ? {} : { license: definition.licence }),
      authors: [definition.author.name],
    },
    model: {
      name: definition.model,
      ...model,
      ...(definition.licence === null ? {} : { license: definition.licence }),
      ...(definition.kind.format === 'unknown' ? {} : { framework: definition.kind.format }),
      version: definition.version,
      ...(parts.length === 0 ? {} : { parts }),
    },
    ...(code.length === 0 ? {} : { code }),
    ...(docs.length === 0 ? {} : { docs }),
  });
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: KIT_CONFIG, digest: digestOf(config), size: Buffer.byteLength(config) },
    layers,
    annotations: {
      'ml.kitops.modelkit.cli-version': '1.0.0',
      [CREATED]: definition.created,
      [DEFINITION_DIGEST]: `sha256:${version.digest}`,
    },
  };
  const text = JSON.stringify(manifest);
  return { manifest, text, digest: digestOf(text), config, blobs };
}
