import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseIndex } from '../git/index-file.ts';
import { findRepository } from '../git/repository.ts';
import { checkStop, type Stop } from './file-hash.ts';

export type Candidate = { readonly path: string; readonly size: number; readonly folder: boolean };

const DATA =
  /\.(csv|tsv|jsonl|ndjson|parquet|arrow|feather|orc|avro|npy|npz|h5|hdf5|mat|rds|pkl|pickle|pt|pth|onnx|safetensors|xlsx|sqlite|db|zip|tar|gz|tgz|zst|bz2|xz|7z|png|jpe?g|gif|webp|bmp|tiff?|dcm|nii|wav|flac|mp3|ogg|mp4|tfrecord|bin|lmdb)$/i;
const LARGE_BYTES = 10_000_000;
const SKIPPED = new Set([
  'node_modules',
  '__pycache__',
  'venv',
  'env',
  'site-packages',
  'dist',
  'build',
  'wandb',
  'mlruns',
]);
/** The registry's own files, which are committed and nobody's data. */
const REGISTRY = /^models\/(audit|keys|[^/]+\/[^/]+\/(evaluations|receipts))$/;
const MAX_ENTRIES = 200_000;
const AT_MOST = 50;
/** A folder of data is proposed as one when it has at least so many files. */
const FOLDER_FILES = 3;

type Sum = { size: number; data: number; other: number; found: Candidate[] };

/**
 * Files and folders that look like data and are neither versioned nor known to git, largest first. A folder that holds data only is
 * proposed as a whole. Looks at names and sizes, and at no more than can be done in `maxMs`.
 * @param known paths that are versioned, from the folder
 */
export function findCandidates(
  { root, known, maxMs }: { root: string; known: readonly string[]; maxMs: number },
  stop: Stop,
): Candidate[] {
  const until = performance.now() + maxMs;
  const versioned = new Set(known);
  const inGit = trackedBelow(root);
  let seen = 0;
  const visit = (below: string): Sum => {
    const sum: Sum = { size: 0, data: 0, other: 0, found: [] };
    for (const entry of entriesOf(join(root, below))) {
      if (++seen > MAX_ENTRIES || (seen % 256 === 0 && performance.now() > until)) {
        sum.other++;
        return sum;
      }
      checkStop(stop);
      const path = below + entry.name;
      if (entry.name.startsWith('.') || versioned.has(path)) {
        if (!entry.name.startsWith('.')) sum.other++;
        continue;
      }
      if (entry.isDirectory()) {
        if (SKIPPED.has(entry.name.toLowerCase()) || REGISTRY.test(path)) sum.other++;
        else merge(sum, visit(`${path}/`), path);
      } else if (entry.isFile()) {
        const size = lstatSync(join(root, path), { throwIfNoEntry: false })?.size ?? 0;
        const isData = !inGit.has(path) && (DATA.test(entry.name) || size >= LARGE_BYTES);
        if (!isData) sum.other++;
        else {
          sum.data++;
          sum.size += size;
          sum.found.push({ path, size, folder: false });
        }
      } else sum.other++;
    }
    return sum;
  };
  return visit('')
    .found.sort((a, b) => b.size - a.size)
    .slice(0, AT_MOST);
}

function merge(sum: Sum, below: Sum, path: string): void {
  sum.data += below.data;
  sum.other += below.other;
  sum.size += below.size;
  const whole = below.other === 0 && below.data >= FOLDER_FILES;
  sum.found.push(...(whole ? [{ path, size: below.size, folder: true }] : below.found));
}

/** What git has in its index, from a folder. */
function trackedBelow(root: string): Set<string> {
  try {
    const repository = findRepository(root);
    if (!repository) return new Set();
    const base = root === repository.top ? '' : `${root.slice(repository.top.length + 1)}/`;
    const entries = parseIndex(readFileSync(join(repository.gitFolder, 'index')));
    return new Set(entries.filter(({ path }) => path.startsWith(base)).map(({ path }) => path.slice(base.length)));
  } catch {
    return new Set();
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
