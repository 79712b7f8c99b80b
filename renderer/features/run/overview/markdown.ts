/** A small part of Markdown, enough for notes: what it does not know stays text. Pure; there is no way to HTML. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'bold' | 'italic' | 'strike'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly content: readonly Inline[] }
  | { readonly kind: 'paragraph' | 'quote'; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'rule' }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

const ITEM = /^\s{0,3}(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/;

/** Headings, paragraphs, quotes, lists, fenced code and rules, in their order. */
export function parseMarkdown(source: string): Block[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  const take = (fits: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && fits(lines[at]!)) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at]!;
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (line.trim() === '') at += 1;
    else if (/^```/.test(line)) {
      at += 1;
      blocks.push({ kind: 'code', text: take((one) => !/^```/.test(one)).join('\n') });
      at += 1;
    } else if (heading) {
      blocks.push({ kind: 'heading', level: heading[1]!.length, content: parseInline(heading[2]!) });
      at += 1;
    } else if (/^\s*(?:(?:-\s*){3,}|(?:\*\s*){3,})$/.test(line)) {
      blocks.push({ kind: 'rule' });
      at += 1;
    } else if (ITEM.test(line)) blocks.push(list(take((one) => ITEM.test(one))));
    else if (line.startsWith('>')) {
      const quoted = take((one) => one.startsWith('>')).map((one) => one.replace(/^>\s?/, ''));
      blocks.push({ kind: 'quote', content: parseInline(quoted.join('\n')) });
    } else blocks.push({ kind: 'paragraph', content: parseInline(take(isPlain).join('\n')) });
  }
  return blocks;
}

function isPlain(line: string): boolean {
  return line.trim() !== '' && !/^(```|#{1,6}\s|>)/.test(line) && !ITEM.test(line);
}

function list(lines: readonly string[]): Block {
  const items = lines.map((line) => ITEM.exec(line)!);
  return { kind: 'list', ordered: items[0]![2] !== undefined, items: items.map((item) => parseInline(item[3]!)) };
}

const INLINE =
  /`([^`]+)`|\*\*(\S(?:[^*]*\S)?)\*\*|~~([^~]+)~~|(?<![\w*])[*_](\S(?:[^*_]*\S)?)[*_](?!\w)|\[([^\]]+)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>()]*[^\s<>().,;:!?'"])/g;

/** Code, bold, italic, struck out, and links. Only https, http and mailto lead anywhere. */
export function parseInline(source: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of source.matchAll(INLINE)) {
    const [whole, code, bold, strike, italic, label, target, bare] = match;
    if (match.index > from) parts.push({ kind: 'text', text: source.slice(from, match.index) });
    from = match.index + whole.length;
    if (code !== undefined) parts.push({ kind: 'code', text: code });
    else if (bold !== undefined) parts.push({ kind: 'bold', text: bold });
    else if (strike !== undefined) parts.push({ kind: 'strike', text: strike });
    else if (italic !== undefined) parts.push({ kind: 'italic', text: italic });
    else {
      const url = target ?? bare!;
      parts.push(
        /^(https?:\/\/|mailto:)/i.test(url)
          ? { kind: 'link', text: label ?? bare!, url }
          : { kind: 'text', text: whole },
      );
    }
  }
  if (from < source.length) parts.push({ kind: 'text', text: source.slice(from) });
  return parts;
}
