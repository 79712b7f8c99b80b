import { EXIF_TAGS, GPS_TAGS } from './exif-tags.ts';

const MAX_ENTRIES = 300;
const MAX_TEXT = 500;
const MAX_NUMBERS = 16;
const EXIF_IFD = 34665;
const GPS_IFD = 34853;
/** Bytes of one value of each TIFF type, by its number. */
const WIDTHS: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/**
 * Reads an EXIF block (a small TIFF file, Exif 3.0 §4.6) as pairs of name and text. Whatever is torn or points outside is passed over: it comes from a
 * file that anybody may have written.
 */
export function readExif(block: Buffer): [name: string, value: string][] {
  const bytes = block.subarray(block.toString('latin1', 0, 6) === 'Exif\0\0' ? 6 : 0);
  const order = bytes.toString('latin1', 0, 2);
  if (bytes.length < 8 || (order !== 'II' && order !== 'MM')) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = order === 'II';
  const pairs: [string, string][] = [];
  const seen = new Set<number>();
  const folder = (at: number, names: Readonly<Record<number, string>>): void => {
    if (seen.has(at) || at < 8 || at + 2 > bytes.length) return;
    seen.add(at);
    const count = view.getUint16(at, little);
    for (let i = 0; i < count && pairs.length < MAX_ENTRIES; i++) {
      const entry = at + 2 + i * 12;
      if (entry + 12 > bytes.length) return;
      const tag = view.getUint16(entry, little);
      const type = view.getUint16(entry + 2, little);
      const values = view.getUint32(entry + 4, little);
      const width = (WIDTHS[type] ?? 0) * values;
      const place = width <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
      if (width === 0 || place + width > bytes.length) continue;
      if (tag === EXIF_IFD || tag === GPS_IFD)
        folder(view.getUint32(entry + 8, little), tag === GPS_IFD ? GPS_TAGS : EXIF_TAGS);
      else {
        const text = textOf(view, bytes, type, place, values, little);
        if (text !== '') pairs.push([names[tag] ?? `Tag 0x${tag.toString(16).padStart(4, '0')}`, text]);
      }
    }
  };
  folder(view.getUint32(4, little), EXIF_TAGS);
  return pairs;
}

function textOf(view: DataView, bytes: Buffer, type: number, at: number, count: number, little: boolean): string {
  if (type === 2) return plain(bytes.subarray(at, at + Math.min(count, MAX_TEXT)).toString('utf8'));
  if (type === 7) {
    const part = bytes.subarray(at, at + Math.min(count, MAX_TEXT));
    // a user comment begins with the name of its character set
    const text = part.toString('latin1').replace(/^(?:ASCII|UNICODE|JIS)\0+/, '');
    return /^[\x20-\x7e\0]*$/.test(text) ? plain(text) : `${count} bytes`;
  }
  const shown = Math.min(count, MAX_NUMBERS);
  const numbers = Array.from({ length: shown }, (_, i) => numberOf(view, type, at + i * WIDTHS[type]!, little));
  return numbers.join(' ') + (count > shown ? ' …' : '');
}

const plain = (text: string): string => text.replace(/\0.*$/s, '').trim();

function numberOf(view: DataView, type: number, at: number, little: boolean): string {
  switch (type) {
    case 1:
      return String(view.getUint8(at));
    case 6:
      return String(view.getInt8(at));
    case 3:
      return String(view.getUint16(at, little));
    case 8:
      return String(view.getInt16(at, little));
    case 4:
      return String(view.getUint32(at, little));
    case 9:
      return String(view.getInt32(at, little));
    case 5:
      return ratio(view.getUint32(at, little), view.getUint32(at + 4, little));
    case 10:
      return ratio(view.getInt32(at, little), view.getInt32(at + 4, little));
    case 11:
      return String(view.getFloat32(at, little));
    default:
      return String(view.getFloat64(at, little));
  }
}

/** As photographers write it: `1/250`, `5.6`. */
function ratio(top: number, bottom: number): string {
  if (bottom === 0) return `${top}/0`;
  const value = top / bottom;
  if (top > 0 && value < 0.5) return top === 1 ? `1/${bottom}` : `1/${Number((1 / value).toPrecision(6))}`;
  return String(Number(value.toPrecision(10)));
}
