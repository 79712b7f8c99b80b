import { describe, expect, test } from 'vitest';
import { type Filter, parseFilter } from './run-filter.ts';

const NOW = new Date(2026, 5, 15, 12).getTime();

function parse(text: string): Filter {
  const parsed = parseFilter(text, NOW);
  if (!parsed.ok) throw new Error(`${parsed.position}: ${parsed.message}`);
  return parsed.filter;
}

function failure(text: string): { position: number; message: string } {
  const parsed = parseFilter(text, NOW);
  if (parsed.ok) throw new Error(`parsed: ${JSON.stringify(parsed.filter)}`);
  return { position: parsed.position, message: parsed.message };
}

const word = (text: string): Filter => ({ type: 'word', text });

describe('structure', () => {
  test('nothing is everything', () => {
    expect(parse('')).toEqual({ type: 'all' });
    expect(parse('  \t ')).toEqual({ type: 'all' });
  });
  test('terms side by side must all hold, OR binds weaker', () => {
    expect(parse('a b OR c')).toEqual({
      type: 'or',
      parts: [{ type: 'and', parts: [word('a'), word('b')] }, word('c')],
    });
    expect(parse('a AND b')).toEqual({ type: 'and', parts: [word('a'), word('b')] });
  });
  test('parentheses group, and are letters inside a word', () => {
    expect(parse('a (b OR c)')).toEqual({
      type: 'and',
      parts: [word('a'), { type: 'or', parts: [word('b'), word('c')] }],
    });
    expect(parse('(f(x))')).toEqual(word('f(x)'));
  });
  test('negation of terms and groups', () => {
    expect(parse('-a')).toEqual({ type: 'not', part: word('a') });
    expect(parse('NOT (a OR b)')).toEqual({
      type: 'not',
      part: { type: 'or', parts: [word('a'), word('b')] },
    });
    expect(parse('-status:failed')).toMatchObject({ type: 'not', part: { type: 'text', field: 'status' } });
    expect(parse('- a')).toEqual({ type: 'and', parts: [word('-'), word('a')] });
  });
  test('lower-case or, and options of a command, are text', () => {
    expect(parse('or')).toEqual(word('or'));
    expect(parse('--lr=0.1')).toEqual(word('--lr=0.1'));
    expect(parse('ORANGE NOTE')).toEqual({ type: 'and', parts: [word('ORANGE'), word('NOTE')] });
  });
  test('quoted phrases', () => {
    expect(parse('"a b"')).toEqual(word('a b'));
    expect(parse('"status:x \\"y\\" \\\\"')).toEqual(word('status:x "y" \\'));
  });
});

describe('fields', () => {
  test('metrics with parts, numbers and quoted keys', () => {
    const metric = (key: string, part: string, op: string, value: number) => ({ type: 'metric', key, part, op, value });
    expect(parse('metric.loss<0.3')).toEqual(metric('loss', 'last', '<', 0.3));
    expect(parse('metric.loss.min < 1e-3')).toEqual(metric('loss', 'min', '<', 0.001));
    expect(parse('metric.val/acc.max>=0.9')).toEqual(metric('val/acc', 'max', '>=', 0.9));
    expect(parse('metric."a b"<1')).toEqual(metric('a b', 'last', '<', 1));
    expect(parse('metric."a.min"=1')).toEqual(metric('a.min', 'last', '=', 1));
    expect(parse('metric."a b".min!=1')).toEqual(metric('a b', 'min', '!=', 1));
    expect(parse('metric.a.b.c>1')).toEqual(metric('a.b.c', 'last', '>', 1));
    expect(parse('metric.loss=nan')).toEqual(metric('loss', 'last', '=', Number.NaN));
    expect(parse('metric.loss>-inf')).toEqual(metric('loss', 'last', '>', Number.NEGATIVE_INFINITY));
  });
  test('params and tags', () => {
    expect(parse('param.lr=0.1')).toEqual({ type: 'param', key: 'lr', op: '=', value: '0.1', number: 0.1 });
    expect(parse('param.lr="0.1"')).toEqual({ type: 'param', key: 'lr', op: '=', value: '0.1', number: null });
    expect(parse('param.opt:adam')).toEqual({ type: 'param', key: 'opt', op: ':', value: 'adam', number: null });
    expect(parse('tag.k=v')).toEqual({ type: 'tag', key: 'k', op: '=', value: 'v' });
    expect(parse('tag."k:1":v')).toEqual({ type: 'tag', key: 'k:1', op: ':', value: 'v' });
  });
  test('durations, flags and presence', () => {
    expect(parse('duration>60')).toEqual({ type: 'number', field: 'duration', op: '>', value: 60 });
    expect(parse('duration<=5m')).toEqual({ type: 'number', field: 'duration', op: '<=', value: 300 });
    expect(parse('starred:true')).toEqual({ type: 'is', flag: 'starred' });
    expect(parse('starred:false')).toEqual({ type: 'is', flag: 'unstarred' });
    expect(parse('is:dirty')).toEqual({ type: 'is', flag: 'dirty' });
    expect(parse('has:metric."val loss"')).toEqual({ type: 'has', what: 'metric', key: 'val loss' });
    expect(parse('has:param.lr')).toEqual({ type: 'has', what: 'param', key: 'lr' });
  });
  test('a written time is a span of local time', () => {
    const day = (d: number): number => new Date(2026, 0, d).getTime();
    expect(parse('created>2026-01-01')).toEqual({
      type: 'time',
      field: 'created',
      op: '>',
      from: day(1),
      to: day(2),
    });
    expect(parse('created:2026-12')).toMatchObject({
      from: new Date(2026, 11).getTime(),
      to: new Date(2027, 0).getTime(),
    });
    expect(parse('ended<2026-01-01T10:30')).toMatchObject({
      from: new Date(2026, 0, 1, 10, 30).getTime(),
      to: new Date(2026, 0, 1, 10, 31).getTime(),
    });
    const week = NOW - 7 * 86_400_000;
    expect(parse('created>-7d')).toMatchObject({ from: week, to: week });
  });
});

describe('mistakes have a place and a sentence', () => {
  test.each([
    ['a "b', 2, 'never closed'],
    ['(a', 0, 'never closed'],
    ['a )', 2, 'closes nothing'],
    ['a OR', 4, 'missing'],
    ['()', 1, 'missing'],
    ['NOT', 3, 'missing'],
    ['metric.loss<', 12, 'A value is missing after "<"'],
    ['metric.loss<abc', 12, '"abc" is not a number'],
    ['metric<1', 0, 'Name the metric'],
    ['lr=0.1', 0, 'There is no field "lr"'],
    ['x status:sleeping', 9, 'queued, running'],
    ['name<3', 4, 'no order'],
    ['=3', 0, 'A field is missing'],
    ['created>yesterday', 8, 'not a time'],
    ['created>2026-13-01', 8, 'not a time'],
    ['created>2026-02-30', 8, 'not a time'],
    ['has:loss', 4, 'has:metric.KEY'],
    ['is:big', 3, 'is:'],
    ['duration>x', 9, 'not a duration'],
    ['param.lr<x', 9, 'not a number'],
  ])('%s', (text, position, message) => {
    expect(failure(text)).toEqual({ position, message: expect.stringContaining(message) });
  });
  test('what SQLite could not digest is refused', () => {
    expect(failure('a '.repeat(500)).message).toContain('100 terms');
    expect(failure('('.repeat(900)).message).toContain('nested');
    expect(failure('NOT '.repeat(400)).message).toContain('nested');
  });
});
