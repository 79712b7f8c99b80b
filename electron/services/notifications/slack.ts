import { cutText } from './clean-text.ts';
import type { Notice } from './notice.ts';

/** Slack's limits (docs.slack.dev, Block Kit): header 150, section text 3000, 10 fields of 2000 per section. */
const HEADER = 150;
const SECTION = 3000;
const FIELDS = 10;
const FIELD = 2000;

/**
 * The body of an incoming webhook. Whatever people or files wrote stands in `plain_text` objects, which know neither markup nor mentions, and is
 * escaped besides: an unescaped `<!channel>` in the fallback text would call everybody.
 */
export function slackBody(notice: Notice, link: string | null): object {
  const cells = notice.facts.flatMap(({ label, value }) => [plain(label, FIELD), plain(value, FIELD)]);
  const sections: object[] = [];
  for (let at = 0; at < cells.length; at += FIELDS)
    sections.push({ type: 'section', fields: cells.slice(at, at + FIELDS) });
  return {
    text: fitting(notice.title, SECTION),
    blocks: [
      { type: 'header', text: plain(notice.title, HEADER) },
      ...sections,
      ...(notice.comment === null ? [] : [{ type: 'section', text: plain(notice.comment, SECTION) }]),
      ...(link === null
        ? []
        : [{ type: 'actions', elements: [{ type: 'button', text: plain('Open in Assay', 75), url: link }] }]),
      { type: 'context', elements: [plain('Assay', FIELD)] },
    ],
  };
}

const plain = (text: string, limit: number): object => ({
  type: 'plain_text',
  text: fitting(text, limit),
  emoji: false,
});

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (sign) => ENTITIES[sign]!);

/** Escaped and still within the limit: an entity is never cut in two. */
function fitting(text: string, limit: number): string {
  for (let room = Math.min(text.length, limit); ; ) {
    const whole = escaped(cutText(text, room));
    if (whole.length <= limit) return whole;
    room -= Math.max(1, Math.ceil((whole.length - limit) / 5));
  }
}
