import { expect, it } from 'vitest';
import { versionSearch } from './version-search.ts';

it('opens any link', () => {
  expect(versionSearch({})).toEqual({ tab: 'overview', file: null, evaluation: null, push: null });
  expect(versionSearch({ tab: 'nonsense', evaluation: '../../x', push: 1, file: 7 })).toEqual({
    tab: 'overview',
    file: null,
    evaluation: null,
    push: '1',
  });
  expect(versionSearch({ tab: 'gates', evaluation: 'a'.repeat(64), push: 'hub' })).toMatchObject({
    tab: 'gates',
    evaluation: 'a'.repeat(64),
    push: 'hub',
  });
});
