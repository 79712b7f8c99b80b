import { describe, expect, it } from 'vitest';
import { withDuckDb } from '../duckdb/open.ts';
import { createDatabase } from '../tables/database.ts';
import { rowHashes } from './row-hash.ts';
import type { Pair } from './unify.ts';

const pair = (type: string): Pair => ({ type }) as Pair;
const BITS = 4294967296;

describe('the two hashes of a row', () => {
  // whole collisions cannot be had; those of the lower halves can, and must tell nothing about the other hash
  it.each([
    ['texts', ['VARCHAR', 'VARCHAR'], `md5(range::VARCHAR) AS u0, 'x' || range AS u1`],
    ['one text', ['VARCHAR'], 'md5(range::VARCHAR) AS u0'],
    ['numbers', ['BIGINT', 'DOUBLE'], 'range AS u0, sqrt(range) AS u1'],
    ['wide numbers', ['HUGEINT'], 'range::HUGEINT * 18446744073709551615 AS u0'],
    ['lists', ['VARCHAR[]'], `[md5(range::VARCHAR), 'b'] AS u0`],
  ])('do not collide together on %s', async (_, types, cells) => {
    const { first, second } = rowHashes(types.map(pair));
    await withDuckDb({ memory: '500MB', paths: [] }, async (connection) => {
      const db = createDatabase(connection);
      await db.run(
        `CREATE TABLE t AS SELECT u0, (${first}) % ${BITS} AS h, (${second}) % ${BITS} AS g FROM (SELECT ${cells} FROM range(400000))`,
      );
      const [collisions = 0, both = 0] = await db.numbers(
        'SELECT count(*), count(*) FILTER (a.g = b.g) FROM t a JOIN t b ON a.h = b.h WHERE a.u0 < b.u0',
      );
      expect(collisions).toBeGreaterThan(3);
      expect(both).toBe(0);
    });
  });
});
