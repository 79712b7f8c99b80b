import { expect, test } from 'vitest';
import { parseInline, parseMarkdown } from './markdown.ts';

test('blocks in their order', () => {
  const blocks = parseMarkdown(
    '# Title\n\nFirst line\nsecond line\n- one\n- two\n\n1. a\n2) b\n> said\n---\n```py\nx = 1\n\n# no\n```\nend',
  );
  expect(blocks.map((block) => block.kind)).toEqual([
    'heading',
    'paragraph',
    'list',
    'list',
    'quote',
    'rule',
    'code',
    'paragraph',
  ]);
  expect(blocks[1]).toMatchObject({ content: [{ text: 'First line\nsecond line' }] });
  expect(blocks[3]).toMatchObject({ ordered: true, items: [[{ text: 'a' }], [{ text: 'b' }]] });
  expect(blocks[6]).toEqual({ kind: 'code', text: 'x = 1\n\n# no' });
});

test('inline', () => {
  expect(parseInline('a **b c** `d*e*` _f_ ~~g~~ snake_case_name 2*3*4')).toEqual([
    { kind: 'text', text: 'a ' },
    { kind: 'bold', text: 'b c' },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'd*e*' },
    { kind: 'text', text: ' ' },
    { kind: 'italic', text: 'f' },
    { kind: 'text', text: ' ' },
    { kind: 'strike', text: 'g' },
    { kind: 'text', text: ' snake_case_name 2*3*4' },
  ]);
});

test('links lead to the web only', () => {
  expect(parseInline('[x](https://a.example/b) see https://c.example/d.')).toEqual([
    { kind: 'link', text: 'x', url: 'https://a.example/b' },
    { kind: 'text', text: ' see ' },
    { kind: 'link', text: 'https://c.example/d', url: 'https://c.example/d' },
    { kind: 'text', text: '.' },
  ]);
  expect(parseInline('[x](javascript:alert(1))').some((part) => part.kind === 'link')).toBe(false);
  expect(parseInline('[x](data:text/html,1)').some((part) => part.kind === 'link')).toBe(false);
});

test('html is text, and no input takes long', () => {
  expect(parseMarkdown('<img src=x onerror=1>')).toEqual([
    { kind: 'paragraph', content: [{ kind: 'text', text: '<img src=x onerror=1>' }] },
  ]);
  const began = performance.now();
  for (const text of [
    '*'.repeat(5000),
    '_a'.repeat(5000),
    '['.repeat(5000),
    `\`\`\`${'x\n'.repeat(5000)}`,
    '**a '.repeat(3000),
  ])
    parseMarkdown(text);
  expect(performance.now() - began).toBeLessThan(2000);
});
