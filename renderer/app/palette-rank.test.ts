import { expect, test } from 'vitest';
import { parseFilter } from '../../shared/run-filter.ts';
import { asTextFilter, type Command, ranked } from './palette-rank.ts';

const command = (label: string, also?: string): Command => ({
  id: label,
  group: 'Do',
  label,
  ...(also ? { also } : {}),
  run() {},
});

test('what begins with the query comes first, then what has a word that does', () => {
  const all = [command('Restart everything'), command('Open a start page'), command('Start a run')];
  expect(ranked(all, 'start').map((one) => one.label)).toEqual([
    'Start a run',
    'Open a start page',
    'Restart everything',
  ]);
});

test('every word must be found, other words count too', () => {
  const all = [command('Light or dark', 'theme colour'), command('Settings')];
  expect(ranked(all, 'theme dark').map((one) => one.label)).toEqual(['Light or dark']);
  expect(ranked(all, 'theme settings')).toEqual([]);
  expect(ranked(all, '  ')).toHaveLength(2);
});

test('typed text is a filter for that text, whatever is in it', () => {
  expect(asTextFilter('lr=0.1 (big)')).toBe('"lr=0.1" "(big)"');
  for (const text of ['a"b', 'x OR', '-foo', 'metric.loss<', '\\', '"']) {
    expect(parseFilter(asTextFilter(text)).ok, text).toBe(true);
  }
});
