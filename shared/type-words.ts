const INTEGER = /^(U?)(TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/i;
const BITS: Record<string, number> = { TINY: 8, SMALL: 16, BIG: 64, HUGE: 128 };
const PARTS: Record<string, string> = { _S: 'in seconds', _MS: 'in milliseconds', _NS: 'in nanoseconds' };
const WORDS: Record<string, string> = {
  VARCHAR: 'text',
  BOOLEAN: 'true or false',
  DATE: 'date',
  TIME: 'time of day',
  BLOB: 'bytes',
  INTERVAL: 'duration',
  BIT: 'bits',
  '"NULL"': 'empty',
  NULL: 'empty',
};

/** A type of DuckDB in a word for people: `text`, `integer`, `number`, `date`, `time` …; '' for none. */
export function typeWord(type: string | null): string {
  if (type === null) return '';
  const name = type.toUpperCase();
  if (INTEGER.test(name)) return 'integer';
  if (/^(FLOAT|DOUBLE|REAL|DECIMAL.*)$/.test(name)) return 'number';
  if (/^TIMESTAMP/.test(name)) return 'time';
  if (name.endsWith(']')) return 'list';
  if (name.startsWith('STRUCT')) return 'record';
  if (name.startsWith('MAP')) return 'map';
  if (name.startsWith('ENUM')) return 'category';
  return WORDS[name] ?? type;
}

/** The words of two types, told apart where they have the same one: `integer` and `number`, but `32-bit integer` and `64-bit integer`. */
export function typeWords(before: string | null, after: string | null): { before: string; after: string } {
  const own = { before: typeWord(before), after: typeWord(after) };
  if (before === after || own.before !== own.after) return own;
  return { before: exactWord(before ?? ''), after: exactWord(after ?? '') };
}

/** True for types whose values are numbers. */
export function isNumeric(type: string | null): boolean {
  return ['integer', 'number'].includes(typeWord(type));
}

/** How many values a change of type lost, in words. */
export function lostWords(lost: number): string {
  return lost === 0 ? 'no value lost' : lost === 1 ? '1 value lost' : `${lost.toLocaleString('en-US')} values lost`;
}

function exactWord(type: string): string {
  const [, unsigned, size] = INTEGER.exec(type) ?? [];
  if (unsigned !== undefined)
    return `${unsigned ? 'unsigned ' : ''}${BITS[size?.toUpperCase() ?? ''] ?? 32}-bit integer`;
  const [, digits, scale] = /^DECIMAL\((\d+),\s?(\d+)\)$/i.exec(type) ?? [];
  if (digits) return `number of ${digits} digits, ${scale} after the point`;
  if (/^(FLOAT|REAL)$/i.test(type)) return '32-bit number';
  if (/^DOUBLE$/i.test(type)) return '64-bit number';
  const [, part, zone] = /^TIMESTAMP(_[A-Z]+)?( WITH TIME ZONE)?$/i.exec(type) ?? [];
  if (zone) return 'time with zone';
  if (/^TIMESTAMP/i.test(type)) return `time ${PARTS[part?.toUpperCase() ?? ''] ?? 'without zone'}`;
  return type;
}
