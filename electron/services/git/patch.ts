import { structuredPatch } from 'diff';
import type { TreeFile } from './tree.ts';

const ZERO = '0'.repeat(40);
/** A diff that takes longer is written as "all old lines out, all new lines in", which applies just as well. */
const DIFF_TIMEOUT_MS = 1000;

export type Side = TreeFile & { readonly content: Buffer };

/** As git decides it: a zero byte among the first 8000. */
export const isBinary = (content: Uint8Array): boolean => content.subarray(0, 8000).includes(0);

/**
 * One file's part of a patch in git's extended format (git-diff(1), "Generating patch text with -p"), as bytes: contents are taken over
 * exactly, whatever their encoding. `before` or `after` is null for a new or deleted file. Both must be text.
 */
export function filePatch(path: string, before: Side | null, after: Side | null): Buffer {
  // git itself writes a file that became a link, or the other way round, as deleted and added
  if (before && after && before.mode >> 12 !== after.mode >> 12)
    return Buffer.concat([filePatch(path, before, null), filePatch(path, null, after)]);
  const lines = [`diff --git ${quote(`a/${path}`)} ${quote(`b/${path}`)}`];
  if (!before) lines.push(`new file mode ${after!.mode.toString(8)}`);
  else if (!after) lines.push(`deleted file mode ${before.mode.toString(8)}`);
  else if (before.mode !== after.mode)
    lines.push(`old mode ${before.mode.toString(8)}`, `new mode ${after.mode.toString(8)}`);
  if (before?.oid !== after?.oid) {
    const mode = before && before.mode === after?.mode ? ` ${before.mode.toString(8)}` : '';
    lines.push(`index ${before?.oid ?? ZERO}..${after?.oid ?? ZERO}${mode}`);
  }
  const hunks = hunksOf(before?.content ?? Buffer.alloc(0), after?.content ?? Buffer.alloc(0));
  if (hunks !== '')
    lines.push(`--- ${before ? named(`a/${path}`) : '/dev/null'}`, `+++ ${after ? named(`b/${path}`) : '/dev/null'}`);
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), Buffer.from(hunks, 'latin1')]);
}

type Hunk = { oldStart: number; oldLines: number; newStart: number; newLines: number; lines: string[] };

/** Latin-1 stands for bytes here: every byte is one character and comes out as the same byte. */
function hunksOf(before: Buffer, after: Buffer): string {
  if (before.equals(after)) return '';
  const [left, right] = [before.toString('latin1'), after.toString('latin1')];
  const patch = structuredPatch('', '', left, right, undefined, undefined, { context: 3, timeout: DIFF_TIMEOUT_MS });
  const hunks: Hunk[] = patch?.hunks ?? [replaceAll(left, right)];
  return hunks
    .map(({ oldStart, oldLines, newStart, newLines, lines }) => {
      // a side without lines is counted from the line before it
      const from = `${oldLines === 0 ? oldStart - 1 : oldStart},${oldLines}`;
      const to = `${newLines === 0 ? newStart - 1 : newStart},${newLines}`;
      return `@@ -${from} +${to} @@\n${lines.join('\n')}\n`;
    })
    .join('');
}

function replaceAll(left: string, right: string): Hunk {
  const [old, now] = [markedLines(left, '-'), markedLines(right, '+')];
  return { oldStart: 1, oldLines: old.count, newStart: 1, newLines: now.count, lines: [...old.lines, ...now.lines] };
}

function markedLines(text: string, mark: string): { count: number; lines: string[] } {
  if (text === '') return { count: 0, lines: [] };
  const complete = text.endsWith('\n');
  const lines = (complete ? text.slice(0, -1) : text).split('\n').map((line) => mark + line);
  return { count: lines.length, lines: complete ? lines : [...lines, '\\ No newline at end of file'] };
}

/** A name on a `---` or `+++` line; one with spaces gets a tab behind it, so that its end is known. */
function named(path: string): string {
  const quoted = quote(path);
  return path.includes(' ') && quoted === path ? `${path}\t` : quoted;
}

const ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

/** A path as git writes it (`core.quotePath`): in C quotes when a byte of it is a control character, a quote, a backslash or not ASCII. */
export function quote(path: string): string {
  const bytes = Buffer.from(path);
  const plain = bytes.every((byte) => byte >= 0x20 && byte < 0x7f && byte !== 34 && byte !== 92);
  if (plain) return path;
  const escaped = Array.from(
    bytes,
    (byte) =>
      ESCAPES[byte] ??
      (byte < 0x20 || byte >= 0x7f ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte)),
  );
  return `"${escaped.join('')}"`;
}
