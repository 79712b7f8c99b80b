import { createHash } from 'node:crypto';
import { evidenceDigest, type Remembered } from './evidence.ts';

/**
 * A card's file:
 *
 *     --- front matter ---
 *     <!-- assay:generated evidence=<sha256> body=<sha256> {…what is remembered…} -->
 *     generated sections
 *     <!-- assay:end -->
 *     whatever people wrote
 */
const BEGIN = /^<!-- assay:generated evidence=([0-9a-f]{64}) body=([0-9a-f]{64}) (\{.*\}) -->\s*$/;
const END = /^<!-- assay:end -->\s*$/;
/** What no text of a person may hold on a line of its own. */
export const isMarker = (line: string): boolean => /^\s*<!--\s*assay:(generated|end)\b/.test(line);

export type CardFile = {
  /** without its `---`; null when there is none */
  readonly frontMatter: string | null;
  /** what stands before the generated part, and after it, as it is */
  readonly before: string;
  readonly after: string;
  readonly generated: {
    readonly body: string;
    readonly remembered: Remembered | null;
    readonly edited: boolean;
  } | null;
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Takes a card apart. Nothing of what people wrote is lost, wherever it stands. */
export function parseCard(text: string): CardFile {
  const [, front, rest] = /^---\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)([\s\S]*)$/m.exec(text.replace(/^\ufeff/, '')) ?? [];
  const isFront = front !== undefined && /^\ufeff?---\r?\n/.test(text);
  const body = isFront ? rest! : text;
  const lines = body.split('\n');
  const begin = lines.findIndex((line) => BEGIN.test(line));
  const end = begin < 0 ? -1 : lines.findIndex((line, i) => i > begin && END.test(line));
  const frontMatter = isFront ? front : null;
  if (begin < 0 || end < 0) return { frontMatter, before: '', after: body, generated: null };
  const inner = lines.slice(begin + 1, end).join('\n');
  const [, , bodyDigest, state = ''] = BEGIN.exec(lines[begin]!)!;
  return {
    frontMatter,
    before: lines.slice(0, begin).join('\n'),
    after: lines.slice(end + 1).join('\n'),
    generated: {
      body: inner,
      remembered: parseState(state),
      edited: digest(inner.replaceAll('\r', '')) !== bodyDigest,
    },
  };
}

function parseState(text: string): Remembered | null {
  try {
    const value = JSON.parse(text) as Partial<Remembered>;
    const lists = [value.decisions, value.pointers];
    if (
      typeof value.definition !== 'string' ||
      !lists.every((list) => Array.isArray(list) && list.every((one) => typeof one === 'string'))
    )
      return null;
    return {
      definition: value.definition,
      evaluation: value.evaluation ?? null,
      verdict: value.verdict ?? null,
      approval: String(value.approval),
      overridden: value.overridden === true,
      decisions: value.decisions!,
      pointers: value.pointers!,
    };
  } catch {
    return null;
  }
}

/** Puts a card together. @param front with its `---` lines */
export function renderCard(front: string, remembered: Remembered, body: string, before: string, after: string): string {
  // a comment ends at the first `--`: there is none inside
  const state = JSON.stringify(remembered)
    .replaceAll('-', '\\u002d')
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e');
  const inner = `\n${body.trim()}\n`;
  const begin = `<!-- assay:generated evidence=${evidenceDigest(remembered)} body=${digest(inner)} ${state} -->`;
  const lead = before.trim() === '' ? '' : `${before.trim()}\n\n`;
  return `${front}\n${lead}${begin}\n${inner}\n<!-- assay:end -->\n\n${after.trim()}\n`;
}

export type Section = { readonly title: string; readonly markdown: string };

/** Text by its headings of level 2; headings inside fenced code are text. What stands before the first one has the title ''. */
export function splitSections(text: string): Section[] {
  const sections: { title: string; lines: string[] }[] = [{ title: '', lines: [] }];
  let fence: string | null = null;
  for (const line of text.split('\n')) {
    fence = fenceAfter(fence, line);
    const title = fence === null ? /^ {0,3}##[ \t]+(.*?)(?:[ \t]+#*)?\s*$/.exec(line)?.[1] : undefined;
    if (title !== undefined && title !== '') sections.push({ title, lines: [] });
    else sections.at(-1)!.lines.push(line);
  }
  return sections
    .map(({ title, lines }) => ({ title, markdown: lines.join('\n').trim() }))
    .filter(({ title, markdown }) => title !== '' || markdown !== '');
}

/** The fence of code that is open after a line; null when none is. */
function fenceAfter(open: string | null, line: string): string | null {
  const [, mark, info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line.trimEnd()) ?? [];
  if (!mark) return open;
  if (open === null) return mark[0] === '`' && info.includes('`') ? null : mark;
  return mark[0] === open[0] && mark.length >= open.length && info.trim() === '' ? null : open;
}

/** A text whose last fence of code is closed, so that it ends where it ends. */
export function closed(text: string): string {
  const open = text.split('\n').reduce<string | null>(fenceAfter, null);
  return open === null ? text : `${text}\n${open}`;
}

export const joinSections = (sections: readonly Section[]): string =>
  sections.map(({ title, markdown }) => (title === '' ? markdown : `## ${title}\n\n${markdown}`)).join('\n\n');
