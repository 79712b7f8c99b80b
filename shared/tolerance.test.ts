import { expect, test } from 'vitest';
import { parseTolerances, writeTolerances } from './tolerance.ts';

test('tolerances are read as the terminal takes them and written back the same', () => {
  const all = parseTolerances('1e-9, price=rel:1e-6,a=b=0.5');
  expect(all).toEqual({
    '': { kind: 'abs', value: 1e-9 },
    price: { kind: 'rel', value: 1e-6 },
    'a=b': { kind: 'abs', value: 0.5 },
  });
  expect(parseTolerances(writeTolerances(all))).toEqual(all);
  expect(parseTolerances('')).toEqual({});
});

test.each(['-1', 'x', 'rel:', '=1', 'a=', 'a=NaN'])('%s is refused', (text) => {
  expect(() => parseTolerances(text)).toThrow('Write 1e-9');
});
