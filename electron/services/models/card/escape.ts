/**
 * Text of evidence as Markdown that shows exactly that text: no markup, link, mention, image or HTML of it survives. Control and direction
 * characters go; a line break becomes a space.
 */
export function plain(text: string, limit = 1000): string {
  const line = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
    .replaceAll(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g, ' ')
    .trim();
  const short = line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
  return (
    short
      // every ASCII punctuation may be escaped (CommonMark 2.4); those that begin nothing are left for the reader of the source
      .replaceAll(/[\\`*_{}[\]<>()#|~&@!]/g, '\\$&')
      // what GitHub's Markdown makes links of by itself, and what begins a list or a rule in the first place
      .replaceAll(/:(?=\/\/)/g, '\\:')
      .replaceAll(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`)
      .replace(/^([-+=])/, '\\$1')
      .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
  );
}

/** Several lines of plain text as paragraphs. */
export function paragraphs(text: string): string {
  return text
    .slice(0, 20_000)
    .split(/\n\s*\n/)
    .map((part) =>
      part
        .split('\n')
        .map((line) => plain(line))
        .filter((line) => line !== '')
        .join('\n'),
    )
    .filter((part) => part !== '')
    .join('\n\n');
}

/** A table; cells are escaped. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(header),
    line(header.map(() => '---')),
    ...rows.map((row) => line(row.map((cell) => plain(cell, 300)))),
  ].join('\n');
}

/** Names with values, as a table without a header's words. */
export const facts = (rows: readonly (readonly [string, string | null | undefined])[]): string => {
  const given = rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== undefined && row[1] !== '');
  return given.length === 0 ? '' : markdownTable(['', ''], given);
};
