import { diffAddress } from '../../../shared/served-address.ts';

export type MediaSide = 'before' | 'after';

/** Side of a small picture in a gallery, in px. */
export const THUMB = 256;
const LARGE = 2048;

/**
 * The address of a picture of a diff, whole. Formats that no browser draws come as a large WebP.
 * @param path on that side; '' for the file itself when single files are compared
 * @param name says the format
 */
export function pictureAddress(project: string, diff: string, which: MediaSide, path: string, name = path): string {
  return diffAddress({ project, diff, which, path }, /\.tiff?$/i.test(name) ? { thumb: LARGE } : {});
}

/** The address of a small picture of a diff. */
export function thumbAddress(project: string, diff: string, which: MediaSide, path: string): string {
  return diffAddress({ project, diff, which, path }, { thumb: THUMB });
}

/** True for names of pictures that Assay can show. */
export function isImagePath(path: string): boolean {
  return /\.(png|jpe?g|webp|gif|bmp|tiff?|avif|svg)$/i.test(path);
}
