/** How a column's type is marked in its head: a glyph of one or two characters, and the word for it. */
export function typeMark(type: string): { glyph: string; word: string; right: boolean } {
  if (/\[\d*\]$|^(STRUCT|MAP|UNION|JSON)/i.test(type)) return { glyph: '{}', word: 'nested', right: false };
  if (/INT/i.test(type) && !/INTERVAL/i.test(type)) return { glyph: '#', word: 'integer', right: true };
  if (/^(FLOAT|DOUBLE|DECIMAL.*)$/i.test(type)) return { glyph: '.0', word: 'number', right: true };
  if (/^BOOL/i.test(type)) return { glyph: '✓', word: 'true or false', right: false };
  if (/^DATE$/i.test(type)) return { glyph: 'D', word: 'date', right: false };
  if (/^TIME/i.test(type)) return { glyph: 'T', word: 'time', right: false };
  if (/^BLOB/i.test(type)) return { glyph: '01', word: 'bytes', right: false };
  return { glyph: 'A', word: 'text', right: false };
}

/** A column's usual width in px, from its name and type. */
export function usualWidth(name: string, type: string): number {
  const { glyph } = typeMark(type);
  const content = glyph === 'T' ? 170 : glyph === 'A' || glyph === '{}' ? 180 : 110;
  return Math.round(Math.max(content, Math.min(260, 44 + name.length * 7.4)));
}

/** A name as it stands in a condition. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** A text as it stands in a condition. */
export const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A condition with one more part that must hold as well. */
export function andCondition(condition: string, part: string): string {
  const before = condition.trim();
  if (before === '') return part;
  return /\bor\b/i.test(before) ? `(${before}) AND ${part}` : `${before} AND ${part}`;
}
