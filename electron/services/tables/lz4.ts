const MAGIC = 0x184d2204;

const MOST = 2 ** 31;

/**
 * Unpacks one LZ4 frame (lz4_Frame_format 1.6.x) of at most 2 GB; checksums are skipped, not verified.
 * @throws RangeError for bytes that are no such frame
 */
export function unpackLz4(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('an LZ4 frame begins with other bytes');
  const flags = view.getUint8(4);
  const [blockSums, hasSize, hasDictionary] = [(flags & 16) !== 0, (flags & 8) !== 0, (flags & 1) !== 0];
  const start = 6 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1;
  const blocks: { from: number; length: number; plain: boolean }[] = [];
  for (let from = start; ; ) {
    const size = view.getUint32(from, true);
    if (size === 0) break;
    const length = size & 0x7fffffff;
    blocks.push({ from: from + 4, length, plain: size > 0x7fffffff });
    from += 4 + length + (blockSums ? 4 : 0);
  }
  const most = blocks.length * 2 ** (8 + 2 * ((view.getUint8(5) >> 4) & 7));
  if (most > MOST) throw new RangeError('an LZ4 frame is larger than 2 GB');
  const out = new Uint8Array(most);
  let at = 0;
  for (const { from, length, plain } of blocks) {
    const block = bytes.subarray(from, from + length);
    if (!plain) at = unpackBlock(block, out, at);
    else {
      out.set(block, at);
      at += length;
    }
  }
  return out.subarray(0, at);
}

/** One block (lz4_Block_format): literals and copies of what was written before. */
function unpackBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let [from, at] = [0, start];
  const more = (low: number): number => {
    let length = low;
    if (low === 15)
      for (let byte = 255; byte === 255; length += byte) {
        byte = block[from++] ?? -1;
        if (byte < 0) throw new RangeError('an LZ4 block is cut off');
      }
    return length;
  };
  while (from < block.length) {
    const token = block[from++]!;
    const literals = more(token >> 4);
    if (from + literals > block.length) throw new RangeError('an LZ4 block is cut off');
    out.set(block.subarray(from, from + literals), at);
    from += literals;
    at += literals;
    if (from >= block.length) return at;
    const back = block[from]! | (block[from + 1]! << 8);
    from += 2;
    const length = more(token & 15) + 4;
    if (back === 0 || back > at || at + length > out.length) throw new RangeError('an LZ4 block points outside itself');
    if (back >= length) out.copyWithin(at, at - back, at - back + length);
    else for (let i = 0; i < length; i++) out[at + i] = out[at - back + i]!;
    at += length;
  }
  return at;
}
