import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { NotifyEvent } from '../../../shared/contract/notifications.ts';
import { cleanText } from './clean-text.ts';
import { EXAMPLES } from './examples.ts';
import { Happening, noticeOf } from './notice.ts';
import { renderBody } from './render.ts';
import { signedHeaders } from './webhook.ts';

const project = { id: 'p 1', name: '<!here> & co' };
const HOSTILE = '<!channel> <https://evil.example|click> & [click](https://evil.example) *bold* \u202eevil\u0007';
const hostile = Happening.parse({
  event: 'request',
  model: '<!channel>',
  version: '<!everyone>',
  by: HOSTILE,
  comment: `${HOSTILE}\n${'&'.repeat(50_000)}`,
  waitingFor: Array.from({ length: 500 }, () => HOSTILE),
});
const body = (type: 'slack' | 'teams' | 'webhook', what = hostile, link?: string) =>
  renderBody({ type, ...(link ? { link } : {}) }, what, project, 0);
/** every string in a value, with the key it stands under */
function strings(value: unknown, key = ''): [key: string, text: string][] {
  if (typeof value === 'string') return [[key, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => strings(one, name));
}

test('Slack: nothing that people wrote is markup or calls anybody, and all limits hold', () => {
  const made = body('slack') as {
    text: string;
    blocks: { type: string; text?: { text: string }; fields?: { type: string; text: string }[] }[];
  };
  for (const [, text] of strings(made)) expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
  expect(JSON.stringify(made)).not.toContain('mrkdwn');
  expect(made.text).toContain('&lt;!channel&gt;');
  expect(made.blocks.length).toBeLessThanOrEqual(50);
  for (const { type, text, fields = [] } of made.blocks) {
    expect((text?.text ?? '').length).toBeLessThanOrEqual(type === 'header' ? 150 : 3000);
    expect(fields.length).toBeLessThanOrEqual(10);
    for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2000);
  }
});

test('Teams: texts stand where no Markdown is read, the card is below 28 KB', () => {
  const made = body('teams') as {
    attachments: {
      contentType: string;
      content: { version: string; body: { type: string; inlines: { type: string }[] }[] };
    }[];
  };
  expect(made.attachments[0]!.contentType).toBe('application/vnd.microsoft.card.adaptive');
  for (const block of made.attachments[0]!.content.body) {
    expect(block.type).toBe('RichTextBlock');
    for (const run of block.inlines) expect(run.type).toBe('TextRun');
  }
  const many = Happening.parse({ ...EXAMPLES.request, comment: '\u4e00\n'.repeat(50_000) });
  for (const what of [hostile, many])
    expect(Buffer.byteLength(JSON.stringify(body('teams', what)))).toBeLessThan(28_000);
});

test('a link only where the page has an address, and it leads to the version', () => {
  for (const type of ['slack', 'teams', 'webhook'] as const)
    expect(JSON.stringify(body(type))).not.toMatch(/"url":|"link":/);
  const links = strings(body('slack', EXAMPLES.request, 'https://assay.example.com/'))
    .filter(([key]) => key === 'url')
    .map(([, text]) => text);
  expect(links).toEqual(['https://assay.example.com/p/p%201/models/example/1.2.0/review']);
});

test('credentials in comments do not get into messages', () => {
  const secrets = [
    'https://ada:hunter2@host/x',
    'hf_abcdefghijklmnop',
    'ghp_abcdefghijklmnopqrst',
    'AKIAABCDEFGHIJKLMNOP',
    'Bearer abc.def.ghijkl',
    'https://x/?sig=abcdefg',
    'https://hooks.slack.com/services/T0/B0/xyz',
  ];
  const text = cleanText(secrets.join(' '), 5000);
  for (const part of ['hunter2', 'hf_abc', 'ghp_', 'AKIA', 'ghijkl', 'abcdefg', 'xyz'])
    expect(text).not.toContain(part);
  expect(cleanText('a\u0000b\u202ec\nd', 100)).toBe('a b c d');
  expect(cleanText(`${'x'.repeat(9)}\u{1f600}`, 10)).toBe(`${'x'.repeat(9)}…`.slice(0, 10));
});

test('every event has a title and facts; an overridden approval and a rollback say so', () => {
  for (const event of NotifyEvent.options) {
    const notice = noticeOf(EXAMPLES[event], 'demo');
    expect(notice.title).toContain('example 1.2.0');
    expect(notice.facts.length).toBeGreaterThan(1);
  }
  const on = { model: 'churn', version: '1.0.0', by: 'Ada' };
  const decided = Happening.parse({ ...on, event: 'decision', decision: 'approve', override: 'the bound was wrong' });
  expect(noticeOf(decided, 'demo').title).toBe('churn 1.0.0: approved although a gate failed');
  const back = Happening.parse({
    ...on,
    event: 'push',
    action: 'rollback',
    target: 'team',
    kind: 'mlflow',
    ref: 'x',
    digest: 'd',
  });
  expect(noticeOf(back, 'demo').title).toBe('churn 1.0.0: rolled back to it on team');
  expect(body('webhook', back)).toMatchObject({
    entity: 'model_version',
    action: 'rolled_back',
    data: { name: 'churn' },
  });
});

test('the signature is that of MLflow: HMAC-SHA256 over id, seconds and body', () => {
  const headers = signedHeaders('id1', 1_700_000_000_999, '{"a":1}', 'key');
  const expected = createHmac('sha256', 'key').update('id1.1700000000.{"a":1}').digest('base64');
  expect(headers).toMatchObject({ 'x-assay-timestamp': '1700000000', 'x-assay-signature': `v1,${expected}` });
  expect(signedHeaders('id1', 0, '', null)).not.toHaveProperty('x-assay-signature');
});
