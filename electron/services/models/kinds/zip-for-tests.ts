import { crc32, deflateRawSync } from 'node:zlib';

export type Part = {
  readonly name: string;
  readonly data: Buffer;
  readonly deflate?: boolean /** what the directory claims */;
  readonly claims?: number;
};

/** A zip file as a test wants it, wrong where it says so. */
export function zipOf(parts: readonly Part[]): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, data, deflate = false, claims } of parts) {
    const stored = deflate ? deflateRawSync(data) : data;
    const rest = Buffer.alloc(26);
    rest.writeUInt16LE(20, 0);
    rest.writeUInt16LE(deflate ? 8 : 0, 4);
    rest.writeUInt32LE(crc32(data), 10);
    rest.writeUInt32LE(stored.length, 14);
    rest.writeUInt32LE(claims ?? data.length, 18);
    rest.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), rest, Buffer.from(name), stored]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), rest, tail, Buffer.from(name)]));
    pieces.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...pieces, central, Buffer.from('PK\x05\x06'), end]);
}
