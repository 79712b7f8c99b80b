import { expect, test } from 'vitest';
import { jsonDiff, jsonDiffOf, parseBoth } from './json-diff.ts';

test('only objects and lists are trees', () => {
  expect(parseBoth('{"a":1}', '[1]')).toEqual({ old: { a: 1 }, now: [1] });
  expect(parseBoth('1', '2')).toBeNull();
  expect(parseBoth('{"a":', '{}')).toBeNull();
});

test('changes are found where they are, and counted on the way up', () => {
  const node = jsonDiff(
    { a: 1, b: { c: [1, 2], d: null }, gone: true },
    { a: 1, b: { c: [1, 3, 4], d: 0 }, come: 'x' },
  );
  expect(node.changes).toBe(5);
  const flat = (one: typeof node, path = ''): string[] => {
    const here = `${path}/${one.key ?? ''}`;
    return one.children
      ? one.children.flatMap((child) => flat(child, here))
      : one.changes > 0
        ? [`${here} ${one.status}`]
        : [];
  };
  expect(flat(node)).toEqual(['//b/c/1 changed', '//b/c/2 added', '//b/d changed', '//gone removed', '//come added']);
});

test('the order of names is no difference, a list for an object is', () => {
  expect(jsonDiff({ a: 1, b: 2 }, { b: 2, a: 1 }).changes).toBe(0);
  expect(jsonDiff({ a: 1 }, [1]).status).toBe('changed');
});

test('long whole numbers keep their digits, and what is nested too deep is no tree', () => {
  expect(jsonDiffOf('{"id":12345678901234567890}', '{"id":12345678901234567891}')?.changes).toBe(1);
  expect(jsonDiffOf('{"id":12345678901234567890}', '{ "id": 12345678901234567890 }')?.changes).toBe(0);
  const deep = (inner: string): string => '['.repeat(100_000) + inner + ']'.repeat(100_000);
  expect(jsonDiffOf(deep('1'), deep('2'))).toBeNull();
  const levels = (node: ReturnType<typeof jsonDiffOf>): number =>
    node?.children?.[0] ? 1 + levels(node.children[0]) : 0;
  const nested = (inner: string): string => '['.repeat(500) + inner + ']'.repeat(500);
  const tree = jsonDiffOf(nested('1'), nested('2'));
  expect([tree?.changes, levels(tree)]).toEqual([1, 64]);
});
