import { expect, test } from 'vitest';
import { wordDiff } from './word-diff.ts';

test('words that changed stand out, blanks count', () => {
  expect(wordDiff('the old cat', 'the new  cat')).toEqual([
    { text: 'the ', status: 'same' },
    { text: 'old ', status: 'removed' },
    { text: 'new  ', status: 'added' },
    { text: 'cat', status: 'same' },
  ]);
});
