import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diffBytes } from './bytes.ts';
import { diffDocuments, documentFormat } from './document.ts';

const json = (old: unknown, now: unknown): string[] | undefined =>
  diffDocuments('json', JSON.stringify(old), JSON.stringify(now))?.map(
    ({ path, status, before, after }) => `${status} ${path}: ${before ?? ''} → ${after ?? ''}`,
  );

describe('documents', () => {
  it('are compared key by key with paths, whatever the order of keys', () => {
    const old = { model: { layers: [{ units: 8 }, { units: 16 }], name: 'a' }, 'a b': 1, gone: null };
    const now = { 'a b': 2, model: { name: 'a', layers: [{ units: 8 }, { units: 32 }] }, fresh: [1] };
    expect(json(old, now)).toEqual([
      'changed model.layers[1].units: 16 → 32',
      'changed ["a b"]: 1 → 2',
      'removed gone: null → ',
      'added fresh:  → [1]',
    ]);
    expect(json({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
  });

  it('align lists: inserted, removed, edited and moved items are told apart', () => {
    expect(json([1, 2, 3, 4], [1, 9, 2, 3, 4])).toEqual(['added [1]:  → 9']);
    expect(json([1, 2, 3, 4], [1, 3, 4])).toEqual(['removed [1]: 2 → ']);
    expect(json([1, 2, 3], [1, 5, 3])).toEqual(['changed [1]: 2 → 5']);
    expect(json(['a', 'b', 'c', 'd'], ['b', 'c', 'd', 'a'])).toEqual(['moved [3]: [0] → [3]']);
    expect(
      json(
        [
          { id: 1, v: 1 },
          { id: 2, v: 2 },
          { id: 3, v: 3 },
        ],
        [
          { id: 3, v: 4 },
          { id: 1, v: 1 },
        ],
      ),
    ).toEqual(['moved [0]: [2] → [0]', 'changed [0].v: 3 → 4', 'removed [1]: {"id":2,"v":2} → ']);
    expect(json([], [1])).toEqual(['added [0]:  → 1']);
  });

  it('tell types apart, and whole documents', () => {
    expect(json({ a: 1 }, { a: '1' })).toEqual(['changed a: 1 → "1"']);
    expect(json([1], { a: 1 })).toEqual(['changed : [1] → {"a":1}']);
    expect(json({ a: null }, {})).toEqual(['removed a: null → ']);
  });

  it('may be YAML, where comments and writing are no change', () => {
    const yaml = (old: string, now: string) => diffDocuments('yaml', old, now);
    expect(yaml('a: 1 # one\nb: [x, y]\n', 'b:\n- x\n- y\na: 1\n')).toEqual([]);
    expect(yaml('a: 1\n---\nb: 1\n', 'a: 1\n---\nb: 2\n')).toEqual([
      { path: '[1].b', status: 'changed', before: '1', after: '2' },
    ]);
    expect(yaml('a: [', 'a: 1')).toBeNull();
    expect(yaml('a: &a [1,1]\nb: &b [*a,*a]\nc: 1', 'c: 2\n')).toHaveLength(3);
  });

  it('are bounded: deep ones, many changes, keys like __proto__, aliases that explode', () => {
    const deep = (value: number): string => `${'['.repeat(5000)}${value}${']'.repeat(5000)}`;
    expect(diffDocuments('json', deep(1), deep(2))).toBeNull();
    const nested = (value: number): unknown => JSON.parse(`${'['.repeat(100)}${value}${']'.repeat(100)}`);
    expect(json(nested(1), nested(2))).toHaveLength(1);
    const many = (value: number): unknown =>
      Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`k${i}`, value]));
    expect(json(many(1), many(2))).toHaveLength(5000);
    expect(diffDocuments('json', '{"__proto__": {"x": 1}}', '{"__proto__": {"x": 2}}')).toEqual([
      { path: '__proto__.x', status: 'changed', before: '1', after: '2' },
    ]);
    const bomb = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(',')}]`);
    expect(diffDocuments('yaml', `a0: &a0 x\n${bomb.join('\n')}`, 'a: 1')).toBeNull();
    expect([documentFormat('a/b.JSON'), documentFormat('c.yml'), documentFormat('d.txt')]).toEqual([
      'json',
      'yaml',
      null,
    ]);
  });
});

describe('large documents', () => {
  it('keep every digit of whole numbers', () => {
    const [a, b] = ['12345678901234567890', '12345678901234567891'];
    for (const [format, old, now] of [
      ['json', `{"n": ${a}, "s": 1}`, `{"n": ${b}, "s": 1}`],
      ['yaml', `n: ${a}\ns: 1\n`, `n: ${b}\ns: 1\n`],
    ] as const)
      expect(diffDocuments(format, old, now)).toEqual([{ path: 'n', status: 'changed', before: a, after: b }]);
    expect(diffDocuments('json', `[{"id": ${a}}, {"id": ${b}}]`, `[{"id": ${b}}, {"id": ${a}}]`)).toMatchObject([
      { status: 'moved', path: '[0]', before: '[1]' },
    ]);
    expect(diffDocuments('json', `{"n": ${a}}`, `{"n": "${a}"}`)).toMatchObject([{ status: 'changed' }]);
  });

  it('align hundreds of thousands of equal items', () => {
    const items = Array.from({ length: 200_000 }, () => 0);
    expect(json([1, ...items, 2], [3, ...items, 4])).toEqual(['changed [0]: 1 → 3', 'changed [200001]: 2 → 4']);
  });

  it('are compared while others are answered, and stop when they are cancelled', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-documents-'));
    try {
      const text = Array.from({ length: 8000 }, (_, i) => `- id: ${i}\n  name: "item ${i}"\n  tags: [a, b]\n`).join('');
      const side = (name: string, extra: string) => {
        writeFileSync(join(folder, name), text + extra);
        return { file: join(folder, name), name };
      };
      const [old, now] = [side('old.yaml', ''), side('new.yaml', '- id: x\n')];
      let turns = 0;
      const others = setInterval(() => turns++, 1);
      const diff = await diffBytes(old, now);
      clearInterval(others);
      expect(diff).toMatchObject({ verdict: 'changed', lines: { added: 1 }, document: [{ status: 'added' }] });
      expect(turns).toBeGreaterThan(50);
      await expect(diffBytes(old, now, AbortSignal.timeout(20))).rejects.toMatchObject({ code: 'CANCELLED' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
