import { text } from './database.ts';
import type { SourceColumn } from './side.ts';

const DIGITS = /^[-+.0-9einfa]*$/i;
const TIMES = /^[-+.:0-9 a-z/_]*$/i;

/** Whether a cell of this type can have the text in it at all; columns that cannot need not be written out. */
export function couldHold(type: string, search: string): boolean {
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/i.test(type)) return /^[-0-9]*$/.test(search);
  if (/^(FLOAT|DOUBLE|DECIMAL.*)$/i.test(type)) return DIGITS.test(search);
  if (/^BOOLEAN$/i.test(type)) return /^[a-z]*$/i.test(search);
  if (/^(DATE|TIME|TIMESTAMP.*)$/i.test(type)) return TIMES.test(search);
  return true;
}

/** SQL that is true for a row in which one of these columns has the text in it, in any case. */
export function holds(columns: readonly SourceColumn[], search: string): string {
  // one expression over all of them: thousands of ORs would be planned for minutes
  const all =
    columns.length === 1 ? columns[0]!.raw : `concat_ws(chr(31), ${columns.map(({ raw }) => raw).join(', ')})`;
  return `coalesce(contains(lower(${all}), lower(${text(search)})), false)`;
}
