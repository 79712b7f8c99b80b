export type MediaSide = 'before' | 'after';

/**
 * The address of a file of a diff, in the browser and in the window alike.
 * @param path inside the folders that are compared; '' for the file itself when single files are
 * @param thumb a small picture at most this many px wide and high
 */
export function mediaAddress(project: string, id: string, side: MediaSide, path: string, thumb?: number): string {
  const parts = [project, id, side, ...(path === '' ? [] : path.split('/'))].map(encodeURIComponent);
  return `/diff/${parts.join('/')}${thumb ? `?thumb=${thumb}` : ''}`;
}

/** True for names of pictures that Assay can show. */
export function isImagePath(path: string): boolean {
  return /\.(png|jpe?g|webp|gif|bmp|tiff?|avif|svg)$/i.test(path);
}
