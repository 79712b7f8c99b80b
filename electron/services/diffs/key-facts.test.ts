import { describe, expect, it } from 'vitest';
import { withDuckDb } from '../duckdb/open.ts';
import { createDatabase } from '../tables/database.ts';
import type { Source } from '../tables/side.ts';
import { factsOf } from './key-facts.ts';
import type { Pair } from './unify.ts';

describe('how often a key repeats', () => {
  it.each(['TINYINT', 'UTINYINT', 'SMALLINT', 'USMALLINT', 'INTEGER', 'UINTEGER', 'BIGINT', 'UBIGINT', 'VARCHAR'])(
    'is counted exactly for %s',
    async (type) => {
      await withDuckDb({ memory: '300MB', paths: [] }, async (connection) => {
        const db = createDatabase(connection);
        // 120 different values, ten of them twice, and three times nothing; signed types have values below zero
        const low = type.startsWith('U') || type === 'VARCHAR' ? 0 : -60;
        await db.run(
          `CREATE TABLE t AS SELECT (range + ${low})::${type} AS k FROM range(120) UNION ALL SELECT (range + ${low})::${type} FROM range(10) UNION ALL SELECT NULL FROM range(3)`,
        );
        const facts = await factsOf(db, { view: 't' } as Source, [{ type, before: 'k' } as Pair], 'before');
        expect(facts).toEqual({ rows: 133, distinct: 121, complete: 130 });
      });
    },
  );

  it('is counted exactly for numbers that lie far apart, and for none', async () => {
    await withDuckDb({ memory: '300MB', paths: [] }, async (connection) => {
      const db = createDatabase(connection);
      await db.run('CREATE TABLE t AS SELECT range * 1000000007 AS k FROM range(1000) UNION ALL SELECT 0');
      await db.run('CREATE TABLE e AS FROM t LIMIT 0');
      const key = [{ type: 'BIGINT', before: 'k' } as Pair];
      expect(await factsOf(db, { view: 't' } as Source, key, 'before')).toEqual({
        rows: 1001,
        distinct: 1000,
        complete: 1001,
      });
      expect(await factsOf(db, { view: 'e' } as Source, key, 'before')).toEqual({ rows: 0, distinct: 0, complete: 0 });
    });
  });
});
