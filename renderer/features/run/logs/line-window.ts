/**
 * A part of a log in memory: whole rows, found by their place in the file. The file may be of any size and its lines of any length;
 * the window never holds more than `MAX_ROWS` rows. Pure: bytes in, another window out.
 */
export type LogRow = {
  /** Where its first shown byte lies in the file; rows are known by it. */
  readonly offset: number;
  /** The first byte after it, its line end included. */
  readonly end: number;
  readonly text: string;
  /** True for a piece of a line longer than `MAX_ROW_BYTES` that goes on in the next row. */
  readonly goesOn: boolean;
};

export type LineWindow = {
  readonly rows: readonly LogRow[];
  /** The bytes that the rows cover: from `start`, up to (not with) `end`. What follows `end` is read again. */
  readonly start: number;
  readonly end: number;
  /** The size of the file when it was last heard of. */
  readonly size: number;
  /** The last line of the file while it has no line end yet. */
  readonly open: LogRow | null;
  /** The first row draws over what stands before it in its line (a carriage return), which therefore is not shown. */
  readonly overwrites: boolean;
};

export const MAX_ROWS = 40_000;
/** A longer line is shown as several rows. */
export const MAX_ROW_BYTES = 65_536;

export const EMPTY_WINDOW: LineWindow = { rows: [], start: 0, end: 0, size: 0, open: null, overwrites: false };

const LF = 10;
const CR = 13;

/** Not fatal: bytes that are no UTF-8 become U+FFFD. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * A window on a first piece of the file.
 * @param offset place of the first of `bytes` in the file; when it is not 0 the torn first line is left out
 */
export function openWindow(bytes: Uint8Array, offset: number, size: number): LineWindow {
  const skipped = offset === 0 ? 0 : tornStart(bytes);
  const cut = cutRows(bytes.subarray(skipped), offset + skipped, offset + bytes.length >= size);
  return { ...cut, start: offset + skipped, size };
}

/** Adds a piece that begins at `window.end`. Rows fall out at the top when there are too many. */
export function appendPiece(window: LineWindow, bytes: Uint8Array, size: number): LineWindow {
  const cut = cutRows(bytes, window.end, window.end + bytes.length >= size);
  const redraws = cut.overwrites && window.rows.at(-1)?.goesOn === true;
  const rows = [...(redraws ? window.rows.slice(0, -1) : window.rows), ...cut.rows];
  const kept = rows.length > MAX_ROWS ? rows.slice(rows.length - MAX_ROWS) : rows;
  const trimmed = kept !== rows;
  return {
    rows: kept,
    start: trimmed ? kept[0]!.offset : window.start,
    end: cut.end,
    size,
    open: cut.open,
    overwrites: trimmed ? false : window.rows.length === 0 ? cut.overwrites : window.overwrites,
  };
}

/**
 * Adds a piece that ends at `window.start`. Rows fall out at the bottom when there are too many.
 * @param offset place of the first of `bytes` in the file
 */
export function prependPiece(window: LineWindow, bytes: Uint8Array, offset: number): LineWindow {
  const skipped = offset === 0 ? 0 : tornStart(bytes);
  const start = offset + skipped;
  const cut = cutRows(bytes.subarray(skipped), start, false);
  const last = cut.open && !window.overwrites ? [{ ...cut.open, goesOn: true }] : [];
  const rows = [...cut.rows, ...last, ...window.rows];
  const overwrites = cut.rows.length + last.length === 0 ? window.overwrites : cut.overwrites;
  if (rows.length <= MAX_ROWS) return { ...window, rows, start, overwrites };
  const kept = rows.slice(0, MAX_ROWS);
  return { rows: kept, start, end: kept.at(-1)!.end, size: window.size, open: null, overwrites };
}

/** All rows there are to show, the open last line included. */
export function shownRows(window: LineWindow): readonly LogRow[] {
  return window.open ? [...window.rows, window.open] : window.rows;
}

/** The row that holds a place of the file, or the next one after it; -1 when it lies outside of the window. */
export function rowAt(rows: readonly LogRow[], offset: number): number {
  if (rows.length === 0 || offset >= rows.at(-1)!.end) return -1;
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * How many bytes of a piece from the middle of a file are left to the piece before it: those of the line that began there, or, when that
 * line is so long that it comes in several rows anyway, those of the character.
 */
function tornStart(bytes: Uint8Array): number {
  const lineEnd = bytes.indexOf(LF);
  if (lineEnd >= 0 && lineEnd + 1 < bytes.length && lineEnd <= MAX_ROW_BYTES) return lineEnd + 1;
  let skipped = 0;
  while (skipped < 3 && (bytes[skipped]! & 0xc0) === 0x80) skipped += 1;
  return skipped;
}

type Cut = Pick<LineWindow, 'rows' | 'end' | 'open' | 'overwrites'>;

/** Cuts bytes at line ends. What is left without one is `open`; its bytes are read again with the next piece. */
function cutRows(bytes: Uint8Array, offset: number, atEnd: boolean): Cut {
  const rows: LogRow[] = [];
  let from = 0;
  let overwrites = false;
  for (let lineEnd = bytes.indexOf(LF); lineEnd >= 0; lineEnd = bytes.indexOf(LF, from)) {
    const shown = lastState(bytes, from, lineEnd);
    if (from === 0) overwrites = shown > from;
    pushLine(rows, bytes, shown, lineEnd, lineEnd + 1, offset, false);
    from = lineEnd + 1;
  }
  if (from >= bytes.length) return { rows, end: offset + from, open: null, overwrites };
  const shown = lastState(bytes, from, bytes.length);
  if (from === 0) overwrites = shown > from;
  // The last bytes of a piece may be the first ones of a character that the next piece ends.
  const end = atEnd ? bytes.length : wholeCharacters(bytes, shown);
  pushLine(rows, bytes, shown, end, end, offset, true);
  const open = rows.pop() ?? null;
  return { rows, end: open?.offset ?? offset + shown, open, overwrites };
}

/** Where the last state of a line begins that draws over itself with carriage returns (those before its end do not count). */
function lastState(bytes: Uint8Array, from: number, to: number): number {
  let last = to;
  while (last > from && bytes[last - 1] === CR) last -= 1;
  if (last === from) return from;
  const found = bytes.lastIndexOf(CR, last - 1);
  return found >= from ? found + 1 : from;
}

function wholeCharacters(bytes: Uint8Array, from: number): number {
  for (let back = 1; back <= 3 && bytes.length - back > from; back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Pushes a line as one row, or as several when it is very long, cut between characters. */
function pushLine(
  rows: LogRow[],
  bytes: Uint8Array,
  from: number,
  to: number,
  end: number,
  offset: number,
  isOpen: boolean,
): void {
  let at = from;
  while (to - at > MAX_ROW_BYTES) {
    let next = at + MAX_ROW_BYTES;
    while (next > at + MAX_ROW_BYTES - 3 && (bytes[next]! & 0xc0) === 0x80) next -= 1;
    rows.push(row(bytes, at, next, offset + next, offset, true));
    at = next;
  }
  if (at < to || !isOpen) rows.push(row(bytes, at, to, offset + end, offset, false));
}

function row(bytes: Uint8Array, from: number, to: number, end: number, offset: number, goesOn: boolean): LogRow {
  const last = !goesOn && bytes[to - 1] === CR && to > from ? to - 1 : to;
  return { offset: offset + from, end, text: decoder.decode(bytes.subarray(from, last)), goesOn };
}
