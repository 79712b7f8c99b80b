import { describe, expect, test } from 'vitest';
import {
  appendPiece,
  EMPTY_WINDOW,
  type LineWindow,
  MAX_ROW_BYTES,
  MAX_ROWS,
  openWindow,
  prependPiece,
  rowAt,
  shownRows,
} from './line-window.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (window: LineWindow): string[] => shownRows(window).map((row) => row.text);

test('a whole small log, its last line still open', () => {
  const bytes = encode('one\n\ntwo\r\nthr');
  const window = openWindow(bytes, 0, bytes.length);
  expect(texts(window)).toEqual(['one', '', 'two', 'thr']);
  expect(window).toMatchObject({ start: 0, end: 10, open: { offset: 10, text: 'thr' } });
});

test('the open line is replaced when more of it comes', () => {
  const first = encode('a\nhal');
  const window = openWindow(first, 0, first.length);
  const more = encode('half a line\nnext\n');
  const grown = appendPiece(window, more, 2 + more.length);
  expect(texts(grown)).toEqual(['a', 'half a line', 'next']);
  expect(grown.open).toBeNull();
  expect(grown.end).toBe(grown.size);
});

test('a piece from the middle begins with its first whole line', () => {
  const bytes = encode('torn line\nwhole\n');
  const window = openWindow(bytes, 1000, 5000);
  expect(texts(window)).toEqual(['whole']);
  expect(window.start).toBe(1010);
});

/** Reads a file as the viewer does: from its end, upwards, in pieces. */
function readUpwards(file: Uint8Array, piece: number): LineWindow {
  let from = Math.max(0, file.length - piece);
  let window = openWindow(file.subarray(from), from, file.length);
  while (window.start > 0) {
    from = Math.max(0, window.start - piece);
    window = prependPiece(window, file.subarray(from, window.start), from);
  }
  return window;
}

/** Reads a file from its beginning, downwards. */
function readDownwards(file: Uint8Array, piece: number): LineWindow {
  let window: LineWindow = EMPTY_WINDOW;
  let read = piece;
  for (;;) {
    const next = file.subarray(window.end, window.end + read);
    const before = window.end;
    window = appendPiece(window, next, file.length);
    if (before + next.length >= file.length) return window;
    read = window.end === before ? read + piece : piece;
  }
}

describe.each([7, 16, 64, 100_000])('in pieces of %i bytes', (piece) => {
  const lines = Array.from({ length: 50 }, (_, i) => `línea ${i} ✓ 日本語 😀`);
  const file = encode(`${lines.join('\n')}\n`);
  test('downwards nothing is lost or torn', () => {
    expect(texts(readDownwards(file, piece))).toEqual(lines);
  });
  test('upwards nothing is lost; a line longer than a piece comes in several rows', () => {
    const window = readUpwards(file, piece);
    const joined = window.rows.map((row) => row.text + (row.goesOn ? '' : '\n')).join('');
    expect(joined).toBe(`${lines.join('\n')}\n`);
    if (piece >= 64) expect(texts(window)).toEqual(lines);
    expect(window.start).toBe(0);
  });
});

test('a progress bar of many carriage returns is one row, its last state, whichever way it is read', () => {
  const bar = Array.from({ length: 500 }, (_, i) => `\r${String(i).padStart(3)}% done`).join('');
  const file = encode(`begin\n${bar}\nend\n`);
  for (const window of [readUpwards(file, 128), readUpwards(file, 1_000_000), openWindow(file, 0, file.length)]) {
    expect(texts(window)).toEqual(['begin', '499% done', 'end']);
  }
  const live = encode(`begin\n${bar}`);
  const window = openWindow(live, 0, live.length);
  expect(texts(window)).toEqual(['begin', '499% done']);
  // only the last state is read again, not the whole bar
  expect(live.length - window.end).toBeLessThan(12);
});

test('the end of a very long line is shown with what follows it', () => {
  const bytes = encode(`${'x'.repeat(MAX_ROW_BYTES + 10)}\nend\n`);
  expect(texts(openWindow(bytes, 5000, 5000 + bytes.length)).map((text) => text.length)).toEqual([
    MAX_ROW_BYTES,
    10,
    3,
  ]);
});

test('a line of megabytes becomes rows of bounded size', () => {
  const file = encode(`start\n${'x'.repeat(3 * MAX_ROW_BYTES + 5)}\nend\n`);
  const window = openWindow(file, 0, file.length);
  expect(window.rows.map((row) => [row.text.length, row.goesOn])).toEqual([
    [5, false],
    [MAX_ROW_BYTES, true],
    [MAX_ROW_BYTES, true],
    [MAX_ROW_BYTES, true],
    [5, false],
    [3, false],
  ]);
});

test('invalid UTF-8 is shown as replacement characters', () => {
  const window = openWindow(new Uint8Array([0x61, 0xff, 0x62, 10]), 0, 4);
  expect(texts(window)).toEqual(['a\ufffdb']);
});

test('memory is bounded both ways', () => {
  const piece = encode('x\n'.repeat(MAX_ROWS));
  const size = piece.length * 3;
  const middle = openWindow(piece, piece.length, size);
  const down = appendPiece(middle, piece.subarray(0, 100), size);
  expect(down.rows).toHaveLength(MAX_ROWS);
  expect(down.end).toBe(piece.length * 2 + 100);
  expect(down.start).toBe(down.rows[0]!.offset);
  const up = prependPiece(down, encode('y\n'.repeat(10)), down.start - 20);
  expect(up.rows).toHaveLength(MAX_ROWS);
  expect(up.rows[0]?.text).toBe('y');
  expect(up.end).toBe(up.rows.at(-1)!.end);
  expect(up.open).toBeNull();
});

test('finds the row of a place in the file', () => {
  const bytes = encode('aa\nbbbb\ncc\n');
  const { rows } = openWindow(bytes, 0, bytes.length);
  expect([0, 2, 3, 6, 7, 8, 10, 11, 99].map((offset) => rowAt(rows, offset))).toEqual([0, 0, 1, 1, 1, 2, 2, -1, -1]);
});
