import type { Notice } from './notice.ts';

const MAX_LINES = 20;

/**
 * The body for a Teams Workflows webhook: an Adaptive Card 1.4. Whatever people or files wrote stands in `TextRun`s: unlike TextBlock and FactSet
 * they render no Markdown, so that no comment can pose as a link.
 */
export function teamsBody(notice: Notice, link: string | null): object {
  const line = (...inlines: object[]): object => ({ type: 'RichTextBlock', inlines });
  const run = (text: string, more: object = {}): object => ({ type: 'TextRun', text, ...more });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          // what a client shows that cannot draw the card is Markdown there, so it holds nothing from outside
          fallbackText: 'A message of Assay about a model.',
          body: [
            line(run(notice.title, { weight: 'Bolder', size: 'Medium' })),
            ...notice.facts.map(({ label, value }) => line(run(`${label}: `, { weight: 'Bolder' }), run(value))),
            ...linesOf(notice.comment).map((text) => line(run(text, { isSubtle: true }))),
          ],
          ...(link === null ? {} : { actions: [{ type: 'Action.OpenUrl', title: 'Open in Assay', url: link }] }),
        },
      },
    ],
  };
}

/** Teams drops messages beyond about 28 KB, and a block per line is long: what comes after the first lines is one. */
function linesOf(comment: string | null): string[] {
  const lines = (comment ?? '').split('\n').filter((text) => text.trim() !== '');
  return lines.length <= MAX_LINES ? lines : [...lines.slice(0, MAX_LINES - 1), lines.slice(MAX_LINES - 1).join(' ')];
}
