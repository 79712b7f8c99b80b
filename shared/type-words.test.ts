import { expect, test } from 'vitest';
import { isNumeric, typeWord, typeWords } from './type-words.ts';

test('types are words for people', () => {
  expect(
    ['VARCHAR', 'BIGINT', 'UTINYINT', 'DECIMAL(10,2)', 'TIMESTAMP WITH TIME ZONE', 'DATE', 'INTERVAL', 'INTEGER[]'].map(
      typeWord,
    ),
  ).toEqual(['text', 'integer', 'integer', 'number', 'time', 'date', 'duration', 'list']);
  expect(typeWord(null)).toBe('');
  expect([isNumeric('HUGEINT'), isNumeric('FLOAT'), isNumeric('INTERVAL'), isNumeric(null)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('two types of one word are told apart', () => {
  expect(typeWords('VARCHAR', 'DOUBLE')).toEqual({ before: 'text', after: 'number' });
  expect(typeWords('INTEGER', 'BIGINT')).toEqual({ before: '32-bit integer', after: '64-bit integer' });
  expect(typeWords('UTINYINT', 'HUGEINT')).toEqual({ before: 'unsigned 8-bit integer', after: '128-bit integer' });
  expect(typeWords('DECIMAL(10,2)', 'DOUBLE')).toEqual({
    before: 'number of 10 digits, 2 after the point',
    after: '64-bit number',
  });
  expect(typeWords('TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE')).toEqual({
    before: 'time in nanoseconds',
    after: 'time with zone',
  });
  expect(typeWords('BIGINT', 'BIGINT')).toEqual({ before: 'integer', after: 'integer' });
});
