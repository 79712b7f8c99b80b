import { expect, test } from 'vitest';
import type { ModelDefinition } from '../../../shared/contract/models.ts';
import { nextVersion } from './next-version.ts';

const inputs = (name: string) => ({
  inputs: [{ name, type: 'double', required: true, shape: null }],
  outputs: [],
});
const made = {
  signature: inputs('a'),
  data: [{ path: 'd.csv', role: null, hash: 'one', size: 1, version: null }],
  code: { commit: 'c1', branch: 'main', dirty: false, remote: null },
};
const newest = (version: string) => ({ ...made, version }) as unknown as ModelDefinition;

test('major for other inputs, minor for other data or code, patch otherwise', () => {
  expect(nextVersion(null, made).version).toBe('1.0.0');
  expect(nextVersion(newest('1.2.3'), made)).toMatchObject({ version: '1.2.4' });
  const data = [{ ...made.data[0]!, hash: 'two' }];
  expect(nextVersion(newest('1.2.3'), { ...made, data })).toEqual({
    version: '1.3.0',
    why: 'The data changed since 1.2.3.',
  });
  const code = { ...made.code, commit: 'c2' };
  expect(nextVersion(newest('1.2.3'), { ...made, code, data }).why).toContain('data and the code');
  expect(nextVersion(newest('1.2.3'), { ...made, signature: inputs('b') }).version).toBe('2.0.0');
  // what is not known is no change
  expect(nextVersion(newest('1.2.3'), { ...made, signature: null }).version).toBe('1.2.4');
  expect(nextVersion(newest('2.0.0-rc.1'), made).version).toBe('2.0.0');
});
