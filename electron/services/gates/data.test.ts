import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GatesWorld, makeGatesWorld, predictions } from '../../testing/make-gates.ts';

let world: GatesWorld;
beforeEach(() => {
  world = makeGatesWorld();
});
afterEach(() => world.dispose());

const used = (hash: string | null) => [{ path: 'data/train.csv', role: 'train', hash, size: null, version: null }];

test.each([
  ['min_rows: 3, max_rows: 3', 'pass'],
  ['min_rows: 4', 'fail'],
  ['max_nulls: 0.34', 'pass'],
  ['max_nulls: {age: 0}', 'fail'],
  ['range: {age: [0, 120]}', 'pass'],
  ['range: {age: [35, null]}', 'fail'],
  ['range: {city: [0, 1]}', 'fail'],
  ['unique: [id]', 'pass'],
  ['unique: [city]', 'fail'],
  ['key: [id, city]', 'pass'],
  ['key: [age]', 'fail'],
  ['allowed: {city: [Bern, Basel]}', 'pass'],
  ['allowed: {city: [Bern]}', 'fail'],
  ['allowed: {id: [1, 2, 3]}', 'pass'],
  ['schema: {id: "*", age: "*", city: VARCHAR}', 'pass'],
  ['schema: {id: "*", age: "*"}', 'fail'],
  ['condition: "age IS NULL OR age > 20"', 'pass'],
  ['condition: "age > 20"', 'fail'],
  ['condition: "age > (SELECT 1)"', 'inconclusive'],
  ['condition: "nothing > 1"', 'inconclusive'],
  ['condition: "CAST(city AS INTEGER) > 0"', 'inconclusive'],
  ['condition: "(id + 9223372036854775800) * 2 > id"', 'inconclusive'],
  ['unique: [nothing]', 'inconclusive'],
])('data with %s: %s', async (text, verdict) => {
  world.data('aa11', 'id,age,city\n1,30,Bern\n2,40,Bern\n3,,Basel\n');
  world.version('1.0.0', { data: used('aa11') });
  const result = await world.one(`{data: train, ${text}}`);
  expect(result).toMatchObject({ kind: 'data', verdict });
  expect(result.message).toContain('Looked at 3 rows.');
});

test('data that is not known or not here is inconclusive, with what to do', async () => {
  world.version('1.0.0', { data: used('bb22') });
  world.version('1.1.0', { data: used(null) });
  world.version('1.2.0', { data: [] });
  expect((await world.one('{data: train, min_rows: 1}')).message).toContain('not on this machine');
  expect((await world.one('{data: test, min_rows: 1}')).message).toContain('data/train.csv (train)');
  expect((await world.one('{data: train, min_rows: 1}', '1.1.0')).message).toContain('is not known');
  const none = await world.one('{data: data/train.csv, min_rows: 1}', '1.2.0');
  expect(none).toMatchObject({ verdict: 'inconclusive', value: null });
});

test('the difference to the data of the champion against limits', async () => {
  const csv = (rows: number, more: (i: number) => string): string =>
    `id,age\n${Array.from({ length: rows }, (_, i) => `${i},${more(i)}`).join('\n')}\n`;
  world.data(
    'aa11',
    csv(100, (i) => String(i % 40)),
  );
  world.data(
    'bb22',
    csv(110, (i) => String(i < 5 ? 99 : i % 40)),
  );
  world.data(
    'cc33',
    csv(100, (i) => String(500 + (i % 40))),
  );
  world.version('1.0.0', { data: used('aa11') });
  world.version('1.1.0', { data: used('bb22') });
  world.version('1.2.0', { data: used('cc33') });
  world.version('1.3.0', { data: used('dd44') });
  const gate = (limits: string): string => `{data_diff: train, key: [id], ${limits}}`;
  expect(await world.one(gate('max_changed: 0'), '1.1.0')).toMatchObject({
    kind: 'data-diff',
    verdict: 'pass',
    champion: null,
  });
  world.registry.pointed.champion = '1.0.0';
  expect(
    await world.one(gate('max_changed: 0.05, max_added: 0.1, max_removed: 0, schema: same'), '1.1.0'),
  ).toMatchObject({
    verdict: 'pass',
    champion: { version: '1.0.0' },
  });
  const fewer = await world.one(gate('max_changed: 0.04, max_added: 0.1'), '1.1.0');
  expect(fewer).toMatchObject({ verdict: 'fail' });
  expect(fewer.message).toContain('5 of 100 rows changed (5 %; at most 4 % may be)');
  expect(await world.one(gate('max_drifted: 0'), '1.2.0')).toMatchObject({ verdict: 'fail' });
  expect(await world.one(gate('max_drifted: 0, columns: [id]'), '1.2.0')).toMatchObject({ verdict: 'pass' });
  expect(await world.one(gate('max_drifted: 0'), '1.3.0')).toMatchObject({ verdict: 'inconclusive' });
});

test('NaN is a missing number', async () => {
  world.data('aa11', 'age\n1.5\nnan\n2.5\n');
  world.version('1.0.0', { data: used('aa11') });
  const result = await world.one('{data: train, max_nulls: 0}');
  expect(result).toMatchObject({ verdict: 'fail' });
  expect(result.message).toContain('age misses 1 values');
});

test('without a key no changed rows can be counted, and a limit on them is not called held', async () => {
  world.data('aa11', 'a\n1\n1\n2\n2\n');
  world.data('bb22', 'a\n3\n3\n4\n4\n');
  world.version('1.0.0', { data: used('aa11') });
  world.version('1.1.0', { data: used('bb22') });
  world.registry.pointed.champion = '1.0.0';
  const result = await world.one('{data_diff: train, max_changed: 0}', '1.1.0');
  expect(result).toMatchObject({ verdict: 'inconclusive' });
  expect(result.message).toContain('Add key:');
});

test('the worst segment of a table, of segments or of rows', async () => {
  const segments = 'city,accuracy,n\nBern,0.9,100\nBasel,0.7,50\nGenf,0.2,3\nLugano,NaN,80\n';
  world.version('1.0.0', {
    evidence: [
      { ...world.put('segments.csv', segments), role: 'table' },
      {
        ...world.put(
          'rows.csv',
          predictions(900, (i) => i % 3 === 1 && i % 2 === 0),
        ),
        role: 'table',
      },
    ],
  });
  const own = 'slice: segments.csv, segment: city, value: accuracy, rows: n';
  const worst = await world.one(`{${own}, min: 0.8, min_rows: 10}`);
  expect(worst).toMatchObject({ verdict: 'fail', value: 'NaN', bound: { op: 'min', value: 0.8 } });
  expect(worst.message).toContain('Lugano (no number, 80 rows); 2 do not hold');
  expect(worst.message).toContain('1 of fewer than 10 rows were left out');
  expect(worst.slices.map(({ name }) => name)).toEqual(['Basel', 'Bern']);
  expect(await world.one(`{${own}, min: 0, min_rows: 90}`)).toMatchObject({ verdict: 'pass', value: 0.9 });
  expect(await world.one(`{${own}, min: 0, min_rows: 900}`)).toMatchObject({ verdict: 'inconclusive' });
  expect(await world.one('{slice: rows.csv, measure: accuracy, min: 0.6}')).toMatchObject({
    verdict: 'fail',
    value: 0.5,
  });
  expect(await world.one('{slice: rows.csv, measure: f1, min: 0.1}')).toMatchObject({ verdict: 'pass' });
  expect(await world.one('{slice: other.csv, measure: f1, min: 0.1}')).toMatchObject({ verdict: 'inconclusive' });
});
