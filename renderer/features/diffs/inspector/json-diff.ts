import { parseJson, written } from '../../../../shared/exact-json.ts';

export type JsonNode = {
  /** the name in an object, the place in a list; null at the top */
  readonly key: string | number | null;
  readonly status: 'same' | 'added' | 'removed' | 'changed';
  /** how often something differs in here */
  readonly changes: number;
  /** of an object or list that both sides have */
  readonly children: readonly JsonNode[] | null;
  readonly list: boolean;
  readonly old?: unknown;
  readonly now?: unknown;
};

const DEEPEST = 64;

const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Both texts as JSON objects or lists; null when one is none. */
export function parseBoth(old: string, now: string): { old: unknown; now: unknown } | null {
  if (!/^\s*[[{]/.test(old) || !/^\s*[[{]/.test(now)) return null;
  try {
    return { old: parseJson(old), now: parseJson(now) };
  } catch {
    return null;
  }
}

/** Where two texts of JSON differ; null when one is no object or list, or is nested deeper than can be followed. */
export function jsonDiffOf(old: string, now: string): JsonNode | null {
  const both = parseBoth(old, now);
  try {
    return both && jsonDiff(both.old, both.now);
  } catch {
    return null;
  }
}

/** Where two JSON values differ, as a tree; objects by name, lists by place, and what is below 64 levels as a whole. */
export function jsonDiff(old: unknown, now: unknown, key: JsonNode['key'] = null, depth = 0): JsonNode {
  if (depth < DEEPEST && isTree(old) && isTree(now) && Array.isArray(old) === Array.isArray(now)) {
    const children = Array.isArray(old) ? lists(old, now as unknown[], depth + 1) : objects(old, now, depth + 1);
    const changes = children.reduce((sum, child) => sum + child.changes, 0);
    return { key, status: changes > 0 ? 'changed' : 'same', changes, children, list: Array.isArray(old), old, now };
  }
  const same = isTree(old) && isTree(now) ? written(old) === written(now) : Object.is(old, now);
  return { key, status: same ? 'same' : 'changed', changes: same ? 0 : 1, children: null, list: false, old, now };
}

function lists(old: readonly unknown[], now: readonly unknown[], depth: number): JsonNode[] {
  return Array.from({ length: Math.max(old.length, now.length) }, (_, i) =>
    i >= now.length
      ? leaf(i, 'removed', old[i])
      : i >= old.length
        ? leaf(i, 'added', now[i])
        : jsonDiff(old[i], now[i], i, depth),
  );
}

function objects(old: object, now: object, depth: number): JsonNode[] {
  const [a, b] = [new Map(Object.entries(old)), new Map(Object.entries(now))];
  return [...new Set([...a.keys(), ...b.keys()])].map((name) =>
    !b.has(name)
      ? leaf(name, 'removed', a.get(name))
      : !a.has(name)
        ? leaf(name, 'added', b.get(name))
        : jsonDiff(a.get(name), b.get(name), name, depth),
  );
}

function leaf(key: string | number, status: 'added' | 'removed', value: unknown): JsonNode {
  return {
    key,
    status,
    changes: 1,
    children: null,
    list: false,
    ...(status === 'added' ? { now: value } : { old: value }),
  };
}
