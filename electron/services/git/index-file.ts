/** One path of git's index, as far as the working tree is compared with it. */
export type IndexEntry = {
  readonly path: string;
  readonly mode: number;
  readonly oid: string;
  readonly size: number;
  readonly inode: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  /** 0, or 1 to 3 for the sides of a conflict */
  readonly stage: number;
  /** `git add -N`: known, but nothing of it is stored yet */
  readonly intentToAdd: boolean;
  /** left out of a sparse checkout: its absence is no deletion */
  readonly skipWorktree: boolean;
};

/** An entry of the index byte for byte. */
export type RawEntry = {
  readonly name: Buffer;
  readonly stage: number;
  /** the 62 or 64 bytes before the name */
  readonly fixed: Buffer;
};

/**
 * Reads `.git/index`, versions 2 to 4 (git's Documentation/gitformat-index). Extensions are passed over.
 * @throws Error when it is no such file
 */
export function parseIndex(bytes: Buffer): IndexEntry[] {
  return parseRawIndex(bytes).entries.map(({ name, stage, fixed }) => {
    const extended = fixed.length > 62 ? fixed.readUInt16BE(62) : 0;
    return {
      path: name.toString(),
      mtimeSeconds: fixed.readUInt32BE(8),
      mtimeNanoseconds: fixed.readUInt32BE(12),
      inode: fixed.readUInt32BE(20),
      mode: fixed.readUInt32BE(24),
      size: fixed.readUInt32BE(36),
      oid: fixed.toString('hex', 40, 60),
      stage,
      intentToAdd: (extended & 0x2000) !== 0,
      skipWorktree: (extended & 0x4000) !== 0,
    };
  });
}

/** The entries as they are, and where the extensions begin. @throws Error when it is no such file */
export function parseRawIndex(bytes: Buffer): { entries: RawEntry[]; end: number } {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'DIRC') throw new Error('not an index of git');
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) throw new Error(`version ${version} of the index is not known`);
  const count = bytes.readUInt32BE(8);
  const entries: RawEntry[] = [];
  let at = 12;
  let previous: Buffer = Buffer.alloc(0);
  for (let i = 0; i < count; i++) {
    const start = at;
    const flags = bytes.readUInt16BE(at + 60);
    at += (flags & 0x4000) !== 0 ? 64 : 62;
    const fixed = bytes.subarray(start, at);
    let name: Buffer;
    if (version === 4) {
      const [strip, next] = readVarint(bytes, at);
      const end = endOfName(bytes, next);
      name = Buffer.concat([previous.subarray(0, previous.length - strip), bytes.subarray(next, end)]);
      at = end + 1;
    } else {
      const end = endOfName(bytes, at);
      name = bytes.subarray(at, end);
      // padded with 1 to 8 zeros to a multiple of eight
      at = start + Math.floor((end - start + 8) / 8) * 8;
    }
    previous = name;
    entries.push({ name, stage: (flags >> 12) & 3, fixed });
  }
  return { entries, end: at };
}

/** A name without an end would be read for ever. */
function endOfName(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new Error('the index is cut off');
  return end;
}

/** The offset encoding of pack files, which version 4 uses for shortened names. */
function readVarint(bytes: Buffer, at: number): [value: number, next: number] {
  let byte = bytes[at++]!;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = bytes[at++]!;
    value = ((value + 1) << 7) | (byte & 0x7f);
  }
  return [value, at];
}
