import type { Tolerance } from './contract/diffs.ts';

/**
 * Tolerances as people write them, in the terminal and in an address: `1e-9`, `column=1e-6`, `column=rel:1e-6`, with commas between. The
 * key `''` is every other number column.
 * @throws {RangeError} with how to write one, when a part is none
 */
export function parseTolerances(text: string): Record<string, Tolerance> {
  const all: Record<string, Tolerance> = {};
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const at = part.lastIndexOf('=');
    const [column, amount] = [at < 0 ? '' : part.slice(0, at).trim(), part.slice(at + 1).trim()];
    const kind = amount.startsWith('rel:') ? 'rel' : 'abs';
    const number = kind === 'rel' ? amount.slice(4) : amount;
    const value = Number(number);
    if (number === '' || !Number.isFinite(value) || value < 0 || (at >= 0 && column === ''))
      throw new RangeError('Write 1e-9, or column=1e-6, or column=rel:1e-6.');
    all[column] = { kind, value };
  }
  return all;
}

/** The text that `parseTolerances` reads back. Columns whose names have commas cannot be written so and are left out. */
export function writeTolerances(tolerances: Readonly<Record<string, Tolerance>>): string {
  return Object.entries(tolerances)
    .filter(([column]) => !column.includes(','))
    .map(([column, { kind, value }]) => `${column === '' ? '' : `${column}=`}${kind === 'rel' ? 'rel:' : ''}${value}`)
    .join(',');
}
