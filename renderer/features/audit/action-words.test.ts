import { expect, test } from 'vitest';
import { AuditAction } from '../../../shared/contract/audit.ts';
import { ACTIONS, dataWords, overrideOf } from './action-words.ts';

test('Every action of the log has a word', () => {
  expect(Object.keys(ACTIONS).sort()).toEqual([...AuditAction.options].sort());
});

test('Digests are shortened, long texts cut, nothing is left out but what is empty', () => {
  const words = dataWords({
    data: { digest: 'a'.repeat(64), comment: 'x'.repeat(500), none: null, empty: '', nobody: [], list: ['a', 1] },
  });
  expect(words).toEqual([
    { key: 'digest', value: 'a'.repeat(12) },
    { key: 'comment', value: `${'x'.repeat(120)}…` },
    { key: 'list', value: 'a, 1' },
  ]);
});

test('A person is named', () => {
  expect(dataWords({ data: { author: { name: 'Ada', email: 'ada@example.com' }, sizes: { a: 1 } } })).toEqual([
    { key: 'author', value: 'Ada' },
    { key: 'sizes', value: '{"a":1}' },
  ]);
});

test('An override is one only with a reason', () => {
  expect(overrideOf({ data: { override: 'demo on Monday' } })).toBe('demo on Monday');
  expect(overrideOf({ data: { override: null } })).toBeNull();
  expect(overrideOf({ data: {} })).toBeNull();
});
