import { describe, expect, it } from 'vitest';
import { type Batch, newBatch } from './batch.ts';
import { parseLog } from './parse-log.ts';

function parse(...lines: (string | object | Uint8Array)[]): Batch {
  const batch = newBatch();
  const bytes = lines.map((line) =>
    line instanceof Uint8Array ? line : Buffer.from(typeof line === 'string' ? line : JSON.stringify(line)),
  );
  parseLog(Buffer.concat(bytes.flatMap((line) => [line, Buffer.from('\n')])), batch);
  return batch;
}
const values = (batch: Batch, key: string): number[] => [...batch.series.get(key)!.points().value];

describe('metrics', () => {
  it('are points of their series in order of arrival', () => {
    const batch = parse({ t: 1.5, s: 0, m: { loss: 3, 'val/acc': 0.5 } }, { t: 2.5, s: 10, m: { loss: 2 } });
    const { step, time, value } = batch.series.get('loss')!.points();
    expect([[...step], [...time], [...value]]).toEqual([
      [0, 10],
      [1.5, 2.5],
      [3, 2],
    ]);
    expect(values(batch, 'val/acc')).toEqual([0.5]);
    expect(batch).toMatchObject({ points: 3, lines: 2, bad: 0 });
  });

  it('may be NaN or infinite', () => {
    const batch = parse({ t: 1, s: 0, m: { a: 'NaN', b: 'Infinity', c: '-Infinity' } });
    expect([values(batch, 'a'), values(batch, 'b'), values(batch, 'c')]).toEqual([[Number.NaN], [1 / 0], [-1 / 0]]);
  });

  it('of another rank have it in front of their key', () => {
    const batch = parse({ t: 1, s: 0, r: 2, m: { loss: 1 } }, { t: 1, s: 0, r: 0, m: { loss: 2 } });
    expect([...batch.series.keys()]).toEqual(['rank2/loss', 'loss']);
  });

  it.each([
    ['a value that is no number', { t: 1, s: 0, m: { bad: null, good: 1 } }],
    ['a key with a control character', { t: 1, s: 0, m: { 'a\tb': 1, good: 1 } }],
    ['an empty key', { t: 1, s: 0, m: { '': 1, good: 1 } }],
    ['a key of 1001 characters', { t: 1, s: 0, m: { ['k'.repeat(1001)]: 1, good: 1 } }],
  ])('are taken without %s, which counts as bad', (_what, line) => {
    const batch = parse(line);
    expect([...batch.series.keys()]).toEqual(['good']);
    expect(batch.bad).toBe(1);
  });

  it.each([
    { t: 1, m: { a: 1 } },
    { t: 1, s: '3', m: { a: 1 } },
    { s: 1, m: { a: 1 } },
    { t: 1, s: 1, r: -1, m: { a: 1 } },
    { t: 1, s: 1, m: [1] },
  ])('are refused without step, time or sense: %j', (line) => {
    expect(parse(line)).toMatchObject({ points: 0, bad: 1 });
  });

  it('take hostile keys as the text they are', () => {
    const batch = parse('{"t":1,"s":0,"m":{"__proto__":1,"constructor":2,"toString":3}}');
    expect([...batch.series.keys()]).toEqual(['__proto__', 'constructor', 'toString']);
    expect(({} as Record<string, unknown>).toString).toBe(Object.prototype.toString);
  });
});

describe('lines', () => {
  it('that are blank mean nothing', () => {
    const batch = parse('', '{"t":1,"s":0,"m":{"a":1}}', '', '', '  ', '\r', '{"t":2,"s":1,"m":{"a":2}}\r', '');
    expect(values(batch, 'a')).toEqual([1, 2]);
    expect(batch.bad).toBe(0);
  });

  it('that are no JSON objects are counted, and harm no other line', () => {
    const good = { t: 1, s: 0, m: { a: 1 } };
    const batch = parse(good, '{"t":1,"s":1,"m":{"a', '[1]', 'null', '7', Buffer.from([0xff, 0xfe, 0, 1]), good);
    expect(values(batch, 'a')).toEqual([1, 1]);
    expect(batch.bad).toBe(5);
  });

  it('that are torn do not make a whole one together', () => {
    const batch = parse('{"t":1,"s":0,"m":{"a":1}', '"x":2},{"t":1,"s":0,"m":{"b":1}}');
    expect(batch).toMatchObject({ points: 0, bad: 2 });
    expect(parse('{"t":1,"s":0', '"m":{"a":1}}')).toMatchObject({ points: 0, bad: 2 });
  });

  it('with invalid UTF-8 are read with replacement signs', () => {
    const line = Buffer.concat([Buffer.from('{"t":1,"note":"a'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(parse(line).note).toBe('a\ufffd(');
  });

  it('of a megabyte of blanks take no time', () => {
    expect(parse(' '.repeat(1_000_000), '\n'.repeat(1_000_000), '{"t":1,"note":"x"}').note).toBe('x');
  });
});

describe('everything else', () => {
  it('is merged, the last one wins', () => {
    const batch = parse(
      { t: 1, p: { lr: 0.1, layers: [1, 2] }, tag: { a: 'x', n: 5 }, note: 'one', sum: { best: 1 } },
      { t: 2, p: { lr: 0.2 }, tag: { a: null }, note: 'two', meta: { starred: true, other: 1 } },
    );
    expect(batch.params).toEqual(
      new Map<string, unknown>([
        ['lr', 0.2],
        ['layers', [1, 2]],
      ]),
    );
    expect(batch.tags).toEqual(
      new Map([
        ['a', null],
        ['n', '5'],
      ]),
    );
    expect(batch.note).toBe('two');
    expect(batch.summaries).toEqual(new Map([['best', 1]]));
    expect(batch.meta).toEqual(new Map([['starred', { value: true, t: 2 }]]));
  });

  it('artifacts and data sets keep what is known of them', () => {
    const batch = parse(
      { t: 1, s: 4, a: { path: 'media/x.png', size: 10, kind: 'image', key: 'samples', caption: 'c' } },
      { t: 1, a: { path: 'y.bin', kind: 'strange' } },
      { t: 1, d: { path: 'data/a.csv', role: 'train', hash: 'md5:1', size: 3 } },
      { t: 1, d: { path: 'data/a.csv', role: null } },
    );
    expect([...batch.artifacts.values()]).toEqual([
      { path: 'media/x.png', size: 10, kind: 'image', key: 'samples', step: 4, caption: 'c' },
      { path: 'y.bin', size: 0, kind: 'file', key: null, step: null, caption: null },
    ]);
    expect([...batch.datasets.values()].map((one) => one.role)).toEqual(['train', '']);
  });

  it.each(['../x', '/etc/passwd', 'a/../../b', 'a\\..\\b', ''])('an artifact at %j is refused', (path) => {
    expect(parse({ t: 1, a: { path } })).toMatchObject({ bad: 1, artifacts: new Map() });
  });
});
