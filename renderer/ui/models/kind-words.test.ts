import { expect, it } from 'vitest';
import { countWords, fieldWords, signatureWords } from './kind-words.ts';

const column = (name: string) => ({ name, type: 'double', required: true, shape: null });

it('counts weights as people say them', () => {
  expect([4321, 110_000_000, 7_241_748_480, 123_456].map(countWords)).toEqual(['4,321', '110 M', '7.24 B', '123 k']);
});

it('writes fields with shape and need', () => {
  expect(fieldWords({ name: 'x', type: 'float32', required: false, shape: [-1, 4] })).toBe('x: float32[·, 4]?');
  expect(fieldWords({ name: null, type: 'string', required: true, shape: null })).toBe('string');
});

it('cuts long signatures and says so', () => {
  expect(signatureWords({ inputs: ['a', 'b', 'c'].map(column), outputs: [] }, 2)).toBe(
    'a: double, b: double … 1 more → nothing known',
  );
});
