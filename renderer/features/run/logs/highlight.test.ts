import { expect, test } from 'vitest';
import { highlight } from './highlight.ts';

const red = { color: 1 };
const marked = (pieces: ReturnType<typeof highlight>) =>
  pieces.map((piece) => (piece.hit ? `[${piece.text}]` : piece.text)).join('|');

test('marks every occurrence, whatever its case', () => {
  expect(marked(highlight([{ text: 'Loss loss LOSSY', style: {} }], 'loss'))).toBe('[Loss]| |[loss]| |[LOSS]|Y');
});

test('a match may span colours', () => {
  const pieces = highlight(
    [
      { text: 'ab', style: {} },
      { text: 'cd', style: red },
      { text: 'e', style: {} },
    ],
    'bcde',
  );
  expect(marked(pieces)).toBe('a|[b]|[cd]|[e]');
  expect(pieces[2]?.style).toBe(red);
});

test('nothing wanted, nothing found', () => {
  expect(marked(highlight([{ text: 'abc', style: {} }], ''))).toBe('abc');
  expect(marked(highlight([{ text: 'abc', style: {} }], 'x'))).toBe('abc');
  expect(highlight([], 'x')).toEqual([]);
});
