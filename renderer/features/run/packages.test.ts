import { expect, test } from 'vitest';
import { parsePackages } from './packages.ts';

test('names and versions, by name whatever its case', () => {
  expect(parsePackages('numpy==2.1.0\r\n# note\n\nPyYAML==6.0\n-e git+https://x\ntorch==2.5.0+cu124\n')).toEqual([
    { name: '-e git+https://x', version: '' },
    { name: 'numpy', version: '2.1.0' },
    { name: 'PyYAML', version: '6.0' },
    { name: 'torch', version: '2.5.0+cu124' },
  ]);
});
