import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { MarkdownText } from './markdown.tsx';

const html = (text: string): string => renderToStaticMarkup(<MarkdownText>{text}</MarkdownText>);

it('shows HTML as text', () => {
  const shown = html('<script>alert(1)</script>\n\na <img src="https://evil.example/x"> b <b onclick="x()">c</b>');
  expect(shown).not.toMatch(/<script|<img|<b /);
  expect(shown).toContain('&lt;script&gt;');
});

it('loads no picture and names it', () => {
  const shown = html('![a cat](https://evil.example/cat.png)');
  expect(shown).not.toContain('<img');
  expect(shown).toContain('a cat');
});

it('leads outwards only, and does not tell from where', () => {
  expect(html('[a](https://example.com)')).toContain('rel="noopener noreferrer nofollow"');
  for (const address of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '/p/x/settings'])
    expect(html(`[words](${address})`), address).not.toContain('<a ');
});

it('draws tables', () => {
  expect(html('| a | b |\n| --- | --- |\n| 1 | 2 |')).toContain('<td>1</td>');
});
