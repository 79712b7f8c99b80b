import { expect, test } from 'vitest';
import { masked } from './secrets.ts';

const shown = (value: string): string => masked({ URL: value }).URL!;

test('hides what opens a door in an address, and nothing else', () => {
  expect(shown('postgres://me:p@ss@host/db')).toBe('postgres://••••@host/db');
  expect(shown('https://ghp_0123456789abcdefghij@github.com/a')).toBe('https://••••@github.com/a');
  expect(shown('a=http://u:p@h1/x b=http://u:p@h2/')).toBe('a=http://••••@h1/x b=http://••••@h2/');
  for (const open of ['ssh://git@host/x', 'https://host/a@b', 'https://host/?a=b:c@d', 'me@host:path', '1:2@3'])
    expect(shown(open)).toBe(open);
});

test('takes no time for a long value', () => {
  // a pattern that goes back over what it has read would take minutes
  expect(shown('a'.repeat(2_000_000))).toHaveLength(2_000_000);
});
