export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff' | 'avif' | 'bmp';

const ENDINGS = /\.(?:png|apng|jpe?g|jpe|jfif|webp|gif|tiff?|avif|bmp|dib)$/i;
const AUDIO = /\.(?:wav|wave|mp3|ogg|oga|opus|flac|m4a|aac|aiff?|wma|weba)$/i;

/** Whether a file is an image by its name: what a gallery shows without reading everything. */
export const isImageName = (path: string): boolean => ENDINGS.test(path);

/** Whether a file is a recording by its name. */
export const isAudioName = (path: string): boolean => AUDIO.test(path);

/** What an image is by its first bytes (32 are enough); null for what is not decoded here. A name says nothing about content. */
export function sniffImage(head: Uint8Array): ImageFormat | null {
  const text = (from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg';
  if (text(0, 4) === 'GIF8') return 'gif';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(0, 4))) return 'tiff';
  if (text(4, 8) === 'ftyp' && /avif|avis|mif1|heic/.test(text(8, 32))) return 'avif';
  return text(0, 2) === 'BM' ? 'bmp' : null;
}
