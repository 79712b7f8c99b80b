import { lstatSync, opendirSync } from 'node:fs';
import { extname } from 'node:path';
import type { Artifact } from '../../../shared/contract/runs.ts';
import { AppError } from '../../../shared/errors.ts';
import { resolveInside } from '../../platform/paths.ts';
import { fileInside, readRange } from './run-files.ts';

const MAX_FILES = 5000;
const MAX_DEPTH = 32;

const MEDIA_TYPES = new Map(
  Object.entries({
    txt: 'text/plain',
    log: 'text/plain',
    py: 'text/x-python',
    yaml: 'text/yaml',
    yml: 'text/yaml',
    toml: 'text/plain',
    ini: 'text/plain',
    md: 'text/markdown',
    csv: 'text/csv',
    tsv: 'text/tab-separated-values',
    json: 'application/json',
    jsonl: 'application/x-ndjson',
    ndjson: 'application/x-ndjson',
    parquet: 'application/vnd.apache.parquet',
    html: 'text/html',
    htm: 'text/html',
    svg: 'image/svg+xml',
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    webp: 'image/webp',
    bmp: 'image/bmp',
    avif: 'image/avif',
    tif: 'image/tiff',
    tiff: 'image/tiff',
    wav: 'audio/wav',
    mp3: 'audio/mpeg',
    ogg: 'audio/ogg',
    flac: 'audio/flac',
    m4a: 'audio/mp4',
    mp4: 'video/mp4',
    webm: 'video/webm',
    pdf: 'application/pdf',
  }),
);
const TABLES = new Set(['csv', 'tsv', 'jsonl', 'ndjson', 'parquet']);

/** By the file's ending alone; what is not known is `application/octet-stream`. */
export function mediaType(path: string): string {
  return MEDIA_TYPES.get(ending(path)) ?? 'application/octet-stream';
}

/** How a file that no log line describes is shown. */
export function kindOf(path: string): Artifact['kind'] {
  if (TABLES.has(ending(path))) return 'table';
  const type = mediaType(path);
  if (type === 'text/html') return 'html';
  if (type.startsWith('image/')) return 'image';
  if (type.startsWith('audio/')) return 'audio';
  return type.startsWith('text/') || type === 'application/json' ? 'text' : 'file';
}

/**
 * The real path of an artifact.
 * @param folder the run's real folder
 * @param path relative to `artifacts/`, with `/`
 * @throws AppError BAD_REQUEST when it leads outside (`..`, absolute, a link), NOT_FOUND when there is no such file
 */
export function artifactFile(
  folder: string,
  path: string,
): { path: string; size: number; modifiedMs: number; mediaType: string } {
  const artifacts = resolveInside(folder, 'artifacts');
  const file = fileInside(artifacts, path);
  if (!file) throw new AppError('NOT_FOUND', `This run has no file "${path}". It may have been moved or deleted.`);
  return { path: file.path, size: file.stats.size, modifiedMs: file.stats.mtimeMs, mediaType: mediaType(path) };
}

export async function readArtifact(
  folder: string,
  path: string,
  offset: number,
  limit: number,
): Promise<{ size: number; mediaType: string; bytes: Blob }> {
  const file = artifactFile(folder, path);
  const bytes = await readRange(file.path, offset, limit);
  return { size: file.size, mediaType: file.mediaType, bytes: new Blob([bytes]) };
}

/**
 * What the log says of a run's artifacts together with the files that lie in its folder, 5,000 at most. Links are not followed:
 * they may lead outside.
 */
export function listArtifacts(folder: string, logged: readonly Artifact[]): Artifact[] {
  const known = new Set(logged.map((one) => one.path));
  const all = [...logged];
  let artifacts: string;
  try {
    artifacts = resolveInside(folder, 'artifacts');
  } catch {
    return all;
  }
  const visit = (folderPath: string, prefix: string, depth: number): void => {
    for (const entry of entries(folderPath)) {
      if (all.length >= MAX_FILES) return;
      const path = prefix + entry.name;
      const full = `${folderPath}/${entry.name}`;
      if (entry.isDirectory() && depth < MAX_DEPTH) visit(full, `${path}/`, depth + 1);
      else if (entry.isFile() && !known.has(path)) {
        const size = lstatSync(full, { throwIfNoEntry: false })?.size;
        if (size !== undefined) all.push({ path, size, kind: kindOf(path), key: null, step: null, caption: null });
      }
    }
  };
  visit(artifacts, '', 0);
  return all.sort((a, b) => collator.compare(a.path, b.path));
}

const collator = new Intl.Collator('en', { numeric: true });

function* entries(folder: string) {
  let open: ReturnType<typeof opendirSync>;
  try {
    // one entry at a time: a folder with millions of files must not be read whole for the first 5,000
    open = opendirSync(folder);
  } catch {
    return;
  }
  try {
    for (let entry = open.readSync(); entry; entry = open.readSync()) yield entry;
  } finally {
    open.closeSync();
  }
}

function ending(path: string): string {
  return extname(path).slice(1).toLowerCase();
}
