import { describe, expect, it } from 'vitest';
import { nextSort, readSort, USUAL_SORT, validateRunsSearch, writeSort } from './runs-search.ts';

const id = 'a'.repeat(32);

describe('validateRunsSearch', () => {
  it('takes what an address may hold', () => {
    const search = {
      q: 'status:running',
      sort: '-metric:loss',
      cols: ['status', 'metric:loss'],
      on: [id],
      trash: true,
    };
    expect(validateRunsSearch(search)).toEqual(search);
  });
  it('leaves out what makes no sense, so that any link opens', () => {
    expect(validateRunsSearch({ q: 7, sort: '', cols: 'status', on: ['x', id, id], trash: 'no', other: 1 })).toEqual({
      q: '7',
      on: [id],
    });
    expect(validateRunsSearch({ cols: ['a', 'a', 3, ''] })).toEqual({ cols: ['a'] });
  });
  it('tells nothing drawn from nothing chosen', () => {
    expect(validateRunsSearch({ on: [] })).toEqual({ on: [] });
  });
});

describe('sort', () => {
  it('survives the way through the address', () => {
    for (const sort of [
      { key: 'metric:a-b:min', desc: true },
      { key: 'name', desc: false },
    ]) {
      expect(readSort(writeSort(sort))).toEqual(sort);
    }
  });
  it('goes ascending, descending and back to the usual order', () => {
    const once = nextSort(USUAL_SORT, 'metric:loss');
    const twice = nextSort(once, 'metric:loss');
    expect([once.desc, twice.desc]).toEqual([false, true]);
    expect(nextSort(twice, 'metric:loss')).toEqual(USUAL_SORT);
  });
  it('begins with the newest for times', () => {
    expect(nextSort(USUAL_SORT, 'startedAt')).toEqual({ key: 'startedAt', desc: true });
  });
});
