import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { AppError } from '../../../shared/errors.ts';
import type { DataAddress, DiffAddress, ServedAddress } from '../../../shared/served-address.ts';
import type { ServedFile } from '../../../shared/serving.ts';
import type { Located, LocatedFile } from '../datasets/located.ts';
import { isSafe } from '../datasets/manifest.ts';
import { assayFolder } from '../projects/layout.ts';
import { mediaType } from '../runs/artifacts.ts';
import { realInside } from './inside.ts';
import { contentKey, createPictureCache, type PictureCache } from './picture-cache.ts';
import { heatMap, thumbnail } from './render.ts';

/** Both sides of a diff that was opened, as bytes on this machine. */
export type DiffSides = { readonly before: Located; readonly after: Located };

type Deps = {
  projects: { get(id: string): { root: string } };
  /** a file of a run */
  artifactFile(project: string, run: string, path: string): ServedFile;
  locate(on: { project: string; side: DataSide }): Promise<Located>;
  /** @throws AppError NOT_FOUND */
  diffSides(project: string, diff: string): Promise<DiffSides>;
};

type Place = { readonly file: string; readonly md5: string | null; readonly immutable: boolean };

/** A small file may be a pointer of Git LFS, which `locate` follows. */
const POINTER_BYTES = 1024;
const HEAT_SIDE = 2048;

/** Finds the bytes of an address that the page asks for. Thumbnails and heat maps are made on the way and kept in `.assay/cache/thumbs`. */
export function createServedFiles({ projects, artifactFile, locate, diffSides }: Deps) {
  const caches = new Map<string, PictureCache>();
  const picturesOf = (root: string): PictureCache => {
    const known = caches.get(root) ?? createPictureCache(join(assayFolder(root), 'cache', 'thumbs'));
    caches.set(root, known);
    return known;
  };

  const picture = async (root: string, { file, md5, immutable }: Place, side: number): Promise<ServedFile> => {
    const key = await contentKey(file, md5);
    const made = await picturesOf(root).get(`thumb ${side} ${key}`, 'webp', () => thumbnail(file, side));
    return { ...made, mediaType: 'image/webp', etag: etagOf(made.path), immutable };
  };

  const plain = ({ file, md5, immutable }: Place, name: string): ServedFile => {
    const stat = statSync(file);
    if (!stat.isFile()) throw new AppError('BAD_REQUEST', `${name} is no file.`);
    const etag = md5 === null ? `"${stat.ino}-${stat.mtimeMs}-${stat.size}"` : `"${md5}"`;
    return { path: file, mediaType: mediaType(name), size: stat.size, etag, immutable };
  };

  const ofData = async ({ project, rev, path, thumb }: DataAddress): Promise<ServedFile> => {
    const { root } = projects.get(project);
    const place = (rev === null ? workingPlace(root, path) : null) ?? (await versionPlace(project, root, rev, path));
    return thumb === null ? plain(place, path) : picture(root, place, thumb);
  };

  const versionPlace = async (project: string, root: string, rev: string | null, path: string): Promise<Place> => {
    const found = await locate({ project, side: { kind: 'version', path, rev } });
    if (found.kind === 'folder') throw new AppError('BAD_REQUEST', `${path} is a folder. Name a file in it.`);
    const md5 = rev !== null && found.hash && /^[0-9a-f]{32}$/.test(found.hash) ? found.hash : null;
    const immutable = rev !== null && /^[0-9a-f]{40}$/.test(rev);
    return { file: realInside(found.file, root, null), md5, immutable };
  };

  const sides = indexedSides(diffSides);

  const ofDiff = async ({ project, diff, which, path, thumb }: DiffAddress): Promise<ServedFile> => {
    const { root } = projects.get(project);
    const found = await sides(project, diff);
    const placeOn = (side: 'before' | 'after'): Place => placeIn(found[side], root, path, side);
    if (which !== 'heat') {
      const place = placeOn(which);
      const { located } = found[which];
      return thumb === null ? plain(place, path === '' ? located.name : path) : picture(root, place, thumb);
    }
    const [a, b] = [placeOn('before'), placeOn('after')];
    const longest = thumb ?? HEAT_SIDE;
    const key = `heat ${longest} ${await contentKey(a.file, a.md5)} ${await contentKey(b.file, b.md5)}`;
    const made = await picturesOf(root).get(key, 'png', () => heatMap(a.file, b.file, longest));
    return { ...made, mediaType: 'image/png', etag: etagOf(made.path), immutable: a.immutable && b.immutable };
  };

  /**
   * @throws AppError NOT_FOUND when this machine does not have it; BAD_REQUEST when the address leads elsewhere, or a picture is wanted of what
   * is none
   */
  return async (address: ServedAddress): Promise<ServedFile> => {
    switch (address.kind) {
      case 'run':
        return artifactFile(address.project, address.run, address.path);
      case 'data':
        return ofData(address);
      case 'diff':
        return ofDiff(address);
    }
  };
}

const etagOf = (picture: string): string => `"${picture.slice(-30)}"`;

/**
 * A file of the working copy without a look at the whole data set that it belongs to: a gallery asks for thousands. Null for what may be a pointer
 * or is not there, which `locate` has words for.
 */
function workingPlace(root: string, path: string): Place | null {
  if (!isSafe(path) || isAbsolute(path) || path.split('/').some((part) => /^\.(git|dvc|assay)$/i.test(part)))
    return null;
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size <= POINTER_BYTES) return null;
  return { file: realInside(join(root, path), root, null), md5: null, immutable: false };
}

type Indexed = { readonly located: Located; readonly files: ReadonlyMap<string, LocatedFile> };

/** The files of both sides by their paths; kept for as long as who opened the diff keeps its sides. */
function indexedSides(diffSides: Deps['diffSides']) {
  const known = new WeakMap<Located, Indexed>();
  const indexed = (located: Located): Indexed => {
    const before = known.get(located);
    if (before) return before;
    const files = located.kind === 'folder' ? new Map(located.files.map((file) => [file.relpath, file])) : new Map();
    const made = { located, files };
    known.set(located, made);
    return made;
  };
  return async (project: string, diff: string): Promise<{ before: Indexed; after: Indexed }> => {
    const { before, after } = await diffSides(project, diff);
    return { before: indexed(before), after: indexed(after) };
  };
}

function placeIn({ located, files }: Indexed, root: string, path: string, side: 'before' | 'after'): Place {
  const missing = (why: string): AppError =>
    new AppError('NOT_FOUND', `The ${side === 'before' ? 'old' : 'new'} side ${why}`);
  const fixed = located.commit !== null;
  if (located.kind === 'file') {
    if (path !== '') throw missing(`is a file and has no "${path}".`);
    const md5 = fixed && located.hash && /^[0-9a-f]{32}$/.test(located.hash) ? located.hash : null;
    return { file: realInside(located.file, root, located.file), md5, immutable: md5 !== null };
  }
  const found = files.get(path);
  if (!found) throw missing(`has no "${path}".`);
  if (found.file === null) throw missing(`has "${path}", but this machine does not. Pull that version to see it.`);
  const own = found.file.endsWith(`/${path}`) ? found.file.slice(0, -path.length - 1) : null;
  // what lies in a working copy may have changed since its hash was taken
  const md5 = fixed ? found.md5 : null;
  // a diff is named by the content of its sides
  return { file: realInside(found.file, root, own), md5, immutable: md5 !== null };
}
