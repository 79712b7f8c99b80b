import { deflateSync } from 'node:zlib';

/** A PNG of one black row that claims to be as wide and high as one likes: small on disk, huge when decoded. */
export function bombPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, body: Buffer): Buffer {
  const all = Buffer.alloc(body.length + 12);
  all.writeUInt32BE(body.length, 0);
  all.write(name, 4, 'latin1');
  body.copy(all, 8);
  all.writeUInt32BE(crc(all.subarray(4, 8 + body.length)), 8 + body.length);
  return all;
}

function crc(bytes: Buffer): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let k = 0; k < 8; k++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

/** A 24-bit bitmap of these RGB rows, top row first. `gap`: bytes between header and pixels, as some programs leave them. */
export function bmp(rows: readonly (readonly (readonly [number, number, number])[])[], gap = 0): Buffer {
  const [width, height] = [rows[0]!.length, rows.length];
  const stride = Math.ceil((width * 3) / 4) * 4;
  const all = Buffer.alloc(54 + gap + stride * height);
  all.write('BM', 0, 'latin1');
  all.writeUInt32LE(all.length, 2);
  all.writeUInt32LE(54 + gap, 10);
  all.writeUInt32LE(40, 14);
  all.writeInt32LE(width, 18);
  all.writeInt32LE(height, 22);
  all.writeUInt16LE(1, 26);
  all.writeUInt16LE(24, 28);
  rows.forEach((row, y) => {
    row.forEach(([r, g, b], x) => {
      all.set([b, g, r], 54 + gap + (height - 1 - y) * stride + x * 3);
    });
  });
  return all;
}

/** A PCM recording of so many seconds of silence, 8,000 samples a second, one channel of 16 bits. */
export function wav(seconds: number): Buffer {
  const data = Buffer.alloc(seconds * 16_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** A TIFF of one channel of 32-bit floating-point numbers, as instruments write them. */
export function floatTiff(width: number, height: number, values: Float32Array): Buffer {
  const [short, long] = [3, 4];
  const tags: [tag: number, type: number, value: number][] = [
    [256, long, width],
    [257, long, height],
    [258, short, 32],
    [259, short, 1],
    [262, short, 1],
    [273, long, 200],
    [277, short, 1],
    [278, long, height],
    [279, long, width * height * 4],
    [339, short, 3],
  ];
  const head = Buffer.alloc(200);
  head.write('II', 0, 'latin1');
  head.writeUInt16LE(42, 2);
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(tags.length, 8);
  for (const [i, [tag, type, value]] of tags.entries()) {
    const at = 10 + i * 12;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(1, at + 4);
    head.writeUInt32LE(value, at + 8);
  }
  return Buffer.concat([head, Buffer.from(values.buffer)]);
}
