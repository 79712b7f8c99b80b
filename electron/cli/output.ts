import pc from 'picocolors';
import { formatBytes } from '../../shared/format-bytes.ts';

/** Where a command writes. `--json` prints exactly one JSON value on stdout; everything for a person then goes to stderr. */
export type Output = {
  readonly json: boolean;
  /** The command's result: the value with `--json`, else the lines. */
  result(value: unknown, human: () => string): void;
  /** Something for a person on the way; never on stdout with `--json`. */
  say(line: string): void;
  warn(line: string): void;
  /** A line that is redrawn on a terminal, and left out elsewhere. */
  progress(line: string | null): void;
};

export function createOutput(
  json: boolean,
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
): Output {
  const people = json ? stderr : stdout;
  const clear = (): void => {
    if (stderr.isTTY) stderr.write('\r\x1b[K');
  };
  return {
    json,
    result(value, human) {
      clear();
      const text = json ? JSON.stringify(value) : human();
      if (text !== '') stdout.write(`${text}\n`);
    },
    say(line) {
      clear();
      people.write(`${line}\n`);
    },
    warn(line) {
      clear();
      stderr.write(`${pc.yellow(line)}\n`);
    },
    progress(line) {
      clear();
      if (line !== null && stderr.isTTY) stderr.write(line.slice(0, (stderr.columns ?? 80) - 1));
    },
  };
}

/** A text table: columns padded to their widest cell, numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, i) => Math.max(width(name), ...rows.map((row) => width(row[i] ?? ''))));
  const right = header.map(
    (_, i) =>
      rows.length > 0 && rows.every((row) => /^[-+]?[\d.,]*(e[-+]?\d+)?$|^(NaN|-?Infinity)$/.test(plain(row[i] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const space = ' '.repeat(Math.max(0, widths[i]! - width(cell)));
        return right[i] ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [pc.dim(line(header)), ...rows.map(line)].join('\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
const ANSI = /\x1b\[[0-9;]*m/g;
const plain = (text: string): string => text.replaceAll(ANSI, '');
const width = (text: string): number => [...plain(text)].length;

/**
 * Text from a run, made safe to print: a name may hold escape codes that would act on the terminal.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
  return text.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd');
}

/** The same for a text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** A number as a person reads it: six significant digits, never rounded up to a rounder truth than it is. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  for (let digits = 6; digits < 17; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (!Number.isInteger(rounded)) return String(rounded);
  }
  return String(value);
}

export function duration(ms: number | null): string {
  if (ms === null) return '';
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h} h ${m} min` : `${m} min ${s} s`;
}

/** `1 file`, `3 files` */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Powers of 1024, as the page writes them; '' for what is not known. */
export const bytes = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : formatBytes(value);
