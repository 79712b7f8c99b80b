import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { readJson, writeFileAtomic } from '../../platform/files.ts';

/** The annotation by which an image layout names its tags (OCI image specification, image-layout.md). */
const REF_NAME = 'org.opencontainers.image.ref.name';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

const Descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Descriptor = z.infer<typeof Descriptor>;
const Index = z.looseObject({ manifests: z.array(Descriptor) });

export const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
export const TAG = /^\w[\w.-]{0,127}$/;
export const DIGEST = /^sha256:[0-9a-f]{64}$/;

type Entry = { readonly descriptor: Descriptor; readonly tags: Set<string> };

/** One repository: an OCI image layout in a folder, which skopeo and others read as it is. */
export type Layout = ReturnType<typeof openLayout>;

/** A repository's folder; names of repositories cannot begin with `_`, so none is inside another one's layout. */
export const layoutFolder = (root: string, repository: string): string => join(root, ...repository.split('/'), '_oci');

export function openLayout(folder: string) {
  const indexFile = join(folder, 'index.json');
  const blobFolder = join(folder, 'blobs', 'sha256');
  const blobPath = (digest: string): string => join(blobFolder, digest.slice('sha256:'.length));

  const read = (): Entry[] => {
    if (!existsSync(indexFile)) return [];
    const index = Index.safeParse(readJson(indexFile));
    // an index that cannot be read must not be written over with an empty one
    if (!index.success)
      throw new AppError('UNAVAILABLE', `${indexFile} cannot be read. Mend it, or take the repository's folder away.`);
    const entries = new Map<string, Entry>();
    for (const { annotations, ...descriptor } of index.data.manifests) {
      const entry = entries.get(descriptor.digest) ?? { descriptor: descriptor as Descriptor, tags: new Set() };
      const tag = annotations?.[REF_NAME];
      if (tag !== undefined) entry.tags.add(tag);
      entries.set(descriptor.digest, entry);
    }
    return [...entries.values()];
  };
  const write = (entries: readonly Entry[]): void => {
    const manifests = entries.flatMap(({ descriptor, tags }) =>
      tags.size === 0 ? [descriptor] : [...tags].map((tag) => ({ ...descriptor, annotations: { [REF_NAME]: tag } })),
    );
    writeFileAtomic(indexFile, JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
  };

  return {
    folder,
    exists: (): boolean => existsSync(indexFile),
    create(): void {
      mkdirSync(blobFolder, { recursive: true });
      if (!existsSync(join(folder, 'oci-layout')))
        writeFileAtomic(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
      if (!existsSync(indexFile)) write([]);
    },
    blobPath,
    /** size of a blob; null when it is not there */
    blobSize: (digest: string): number | null => statSync(blobPath(digest), { throwIfNoEntry: false })?.size ?? null,
    readBlob: (digest: string): Buffer => readFileSync(blobPath(digest)),
    writeBlob(digest: string, bytes: Uint8Array): void {
      if (!existsSync(blobPath(digest))) writeFileAtomic(blobPath(digest), bytes);
    },
    /** Takes a blob of another layout, as a link where the disk can do that. */
    linkBlob(other: { blobPath(digest: string): string }, digest: string): void {
      if (existsSync(blobPath(digest))) return;
      try {
        linkSync(other.blobPath(digest), blobPath(digest));
      } catch {
        copyFileSync(other.blobPath(digest), blobPath(digest));
      }
    },
    /** manifests, each once */
    manifests: (): Descriptor[] => read().map(({ descriptor }) => descriptor),
    find(reference: string): Descriptor | null {
      const entries = read();
      const found = entries.find(({ descriptor, tags }) => descriptor.digest === reference || tags.has(reference));
      return found?.descriptor ?? null;
    },
    tags: (): string[] =>
      read()
        .flatMap(({ tags }) => [...tags])
        .sort(),
    /** Lists a manifest, under a tag if there is one, which no other manifest has afterwards. */
    list(descriptor: Descriptor, tag: string | null): void {
      const entries = read();
      if (tag !== null) for (const { tags } of entries) tags.delete(tag);
      let own = entries.find((entry) => entry.descriptor.digest === descriptor.digest);
      if (!own) {
        own = { descriptor, tags: new Set() };
        entries.push(own);
      }
      if (tag !== null) own.tags.add(tag);
      write(entries);
    },
    /** Takes a tag away, or a manifest with all its tags; false when there was none. */
    remove(reference: string): boolean {
      const entries = read();
      const found = entries.find(({ descriptor, tags }) => descriptor.digest === reference || tags.has(reference));
      if (!found) return false;
      if (found.tags.delete(reference)) write(entries);
      else {
        write(entries.filter((entry) => entry !== found));
        rmSync(blobPath(reference), { force: true });
      }
      return true;
    },
  };
}

/** Names of repositories below a folder, sorted. */
export function repositoriesIn(root: string): string[] {
  const found: string[] = [];
  const walk = (folder: string, parts: string[]): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      if (entry.name === '_oci') found.push(parts.join('/'));
      else if (!entry.name.startsWith('_')) walk(join(folder, entry.name), [...parts, entry.name]);
    }
  };
  walk(root, []);
  return found.filter((name) => name !== '').sort();
}
