import type { AnsiSpan } from './ansi.ts';

export type Piece = AnsiSpan & { readonly hit: boolean };

/** Splits spans where a searched text occurs in the line, ASCII letters in either case, as the host searches. */
export function highlight(spans: readonly AnsiSpan[], needle: string): Piece[] {
  if (needle === '') return spans.map((span) => ({ ...span, hit: false }));
  const line = fold(spans.map((span) => span.text).join(''));
  const wanted = fold(needle);
  const edges: number[] = [];
  for (let at = line.indexOf(wanted); at >= 0; at = line.indexOf(wanted, at + wanted.length))
    edges.push(at, at + wanted.length);
  const pieces: Piece[] = [];
  let start = 0;
  let edge = 0;
  for (const { text, style } of spans) {
    let from = 0;
    while (from < text.length) {
      while (edge < edges.length && edges[edge]! <= start + from) edge += 1;
      const to = Math.min(text.length, (edges[edge] ?? Number.POSITIVE_INFINITY) - start);
      pieces.push({ text: text.slice(from, to), style, hit: edge % 2 === 1 });
      from = to;
    }
    start += text.length;
  }
  return pieces;
}

function fold(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
