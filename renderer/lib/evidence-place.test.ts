import { expect, test } from 'vitest';
import { evidencePlace } from './evidence-place.ts';

const [old, now] = ['a'.repeat(32), 'b'.repeat(32)];

test('what gates rest on leads to the comparison of both versions, or to the preview of one', () => {
  // as the data-diff gate and the data gate write them
  expect(evidencePlace({ path: 'data/b.csv', before: old, after: now, pathBefore: 'data/a.csv' })).toEqual({
    page: 'diff',
    before: { kind: 'version', path: 'data/a.csv', rev: old },
    after: { kind: 'version', path: 'data/b.csv', rev: now },
  });
  expect(evidencePlace({ path: 'images', rev: `${now}.dir` })).toEqual({ page: 'data', path: 'images', rev: now });
});

test('nothing that leads out of the project, to another side or nowhere becomes a link', () => {
  expect(evidencePlace({ path: '/etc/passwd', rev: now })).toBeNull();
  expect(evidencePlace({ path: '../x.csv', before: old, after: now })).toBeNull();
  expect(evidencePlace({ before: 'file:/etc/passwd', after: 'file:/etc/shadow' })).toBeNull();
  expect(evidencePlace({ path: 'eval.csv', version: '1.0.0' })).toBeNull();
  expect(evidencePlace({})).toBeNull();
});
