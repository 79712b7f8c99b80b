/** How times, sizes and numbers are written, everywhere. Pure. Times are epoch milliseconds. */

/**
 * A number for a table or an axis: about `digits` significant digits, and more where fewer would lie. A value that is not an integer
 * never looks like one (0.99999 stays 0.99999, not 1.000), integers keep every digit. `fullNumber` is for the tooltip.
 */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return String(value);
  for (let keep = digits; keep < 17; keep++) {
    const rounded = Number(value.toPrecision(keep));
    if (!Number.isInteger(rounded) || Number.isInteger(value) || size >= 1e15) return written(rounded);
  }
  return String(value);
}

function written(value: number): string {
  const size = Math.abs(value);
  return size < 1e-4 || size >= 1e15 ? value.toExponential().replace('e+', 'e') : String(value);
}

/** Every digit a double has: the shortest text that reads back as the same number. */
export function fullNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A count with thin groups: 12 345 as `12,345`. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** `1 run`, `2 runs`; irregular plurals by the third argument. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `0 B`, `1.5 KiB`, `23 GiB`: powers of 1024, three significant digits. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const text = unit === 0 || value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
  return `${bytes < 0 ? '-' : ''}${trimZeros(text)} ${BYTE_UNITS[unit]}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `340 ms`, `1.2 s`, `45 s`, `3m 05s`, `2h 07m`, `4d 03h`. Negative (a clock that went backwards) is written with its sign. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < SECOND) return `${Math.floor(ms)} ms`;
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m ${two(((ms % HOUR) % MINUTE) / SECOND)}s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}h ${two((ms % HOUR) / MINUTE)}m`;
  return `${Math.floor(ms / DAY)}d ${two((ms % DAY) / HOUR)}h`;
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}

/** `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`; older than a week: the date. */
export function formatAgo(at: number, now: number = Date.now()): string {
  const ms = now - at;
  if (ms < -5 * SECOND) return formatDateTime(at);
  if (ms < 5 * SECOND) return 'just now';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`;
  if (ms < 7 * DAY) return `${Math.floor(ms / DAY)} d ago`;
  return formatDate(at);
}

/** `2026-03-09` in the reader's time zone. */
export function formatDate(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `2026-03-09 14:05:07` in the reader's time zone. */
export function formatDateTime(at: number): string {
  const date = new Date(at);
  return `${formatDate(at)} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `47 %`, whole; null as a dash. */
export function formatPercent(percent: number | null): string {
  return percent === null ? '–' : `${Math.round(percent)} %`;
}

/** The part of a run id that differs between runs of the same day: its last eight digits (the first ones are the time). */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** The first seven digits of a commit, as git shows it. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}

/** An argument array as a person would type it: words with blanks or quotes are quoted. For reading, not for running. */
export function formatCommand(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
