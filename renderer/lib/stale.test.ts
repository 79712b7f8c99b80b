import { describe, expect, test } from 'vitest';
import { isStale } from './stale.ts';

const key = (path: string, input?: unknown) => [path.split('.'), input === undefined ? {} : { type: 'query', input }];

describe('a runs event', () => {
  const event = { topic: 'runs' as const, project: 'p', ids: ['a'] };
  test('makes lists and counts of its project stale, not those of another', () => {
    expect(isStale(event, key('runs.list', { project: 'p' }))).toBe(true);
    expect(isStale(event, key('projects.state', { project: 'p' }))).toBe(true);
    expect(isStale(event, key('queue.get', { project: 'p' }))).toBe(true);
    expect(isStale(event, key('runs.list', { project: 'q' }))).toBe(false);
    expect(isStale(event, key('projects.list'))).toBe(false);
  });
  test('touches the detail of the run it names only', () => {
    expect(isStale(event, key('runs.get', { project: 'p', run: 'a' }))).toBe(true);
    expect(isStale(event, key('runs.get', { project: 'p', run: 'b' }))).toBe(false);
    expect(isStale({ ...event, ids: [] }, key('runs.get', { project: 'p', run: 'b' }))).toBe(true);
  });
  test('leaves what never changes alone', () => {
    for (const name of ['log', 'patch', 'artifact']) {
      expect(isStale(event, key(`runs.${name}`, { project: 'p', run: 'a' }))).toBe(false);
    }
  });
});

describe('a metrics event', () => {
  const event = { topic: 'metrics' as const, project: 'p', ids: ['a'] };
  test('touches series and keys of the runs it names', () => {
    expect(isStale(event, key('metrics.series', { project: 'p', series: [{ run: 'a', key: 'loss' }] }))).toBe(true);
    expect(isStale(event, key('metrics.series', { project: 'p', series: [{ run: 'b', key: 'loss' }] }))).toBe(false);
    expect(isStale(event, key('metrics.keys', { project: 'p', runs: ['b', 'a'] }))).toBe(true);
  });
  test('lets the table follow slowly', () => {
    expect(isStale(event, key('runs.list', { project: 'p' }))).toBe(false);
    expect(isStale(event, key('runs.list', { project: 'p' }), 'slow')).toBe(true);
    expect(isStale(event, key('metrics.keys', { project: 'p', runs: ['a'] }), 'slow')).toBe(false);
  });
});

test('a git event touches the state of its project', () => {
  const event = { topic: 'git' as const, project: 'p', ids: [] };
  expect(isStale(event, key('projects.state', { project: 'p' }))).toBe(true);
  expect(isStale(event, key('runs.list', { project: 'p' }))).toBe(false);
});

test('a key that is not an RPC key is left alone', () => {
  expect(isStale({ topic: 'runs', ids: [] }, ['runs', 'list'])).toBe(false);
});
