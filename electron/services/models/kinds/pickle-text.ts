import { Damaged, type Forward } from './forward.ts';

const MAX_LINE = 64 * 1024;

/** A line of a pickle of protocol 0, without its end. */
export async function readLine(from: Forward): Promise<string> {
  for (let length = 256; ; length = Math.min(length * 4, MAX_LINE)) {
    await from.need(1);
    await from.need(length).catch((error: unknown) => {
      if (!(error instanceof Damaged)) throw error;
    });
    const end = from.bytes.subarray(from.at, from.at + length).indexOf(10);
    if (end >= 0) {
      const line = from.bytes.toString('utf8', from.at, from.at + end);
      from.at += end + 1;
      return line;
    }
    if (length === MAX_LINE || from.bytes.length - from.at < length) throw new Damaged('it has a line without an end');
  }
}

/** The text of a Python string literal, its simple escapes undone. */
export function pickleText(literal: string): string {
  const inner = /^(['"])(.*)\1$/s.exec(literal.trim())?.[2] ?? literal;
  return inner.replaceAll(/\\(['"\\])/g, '$1');
}
