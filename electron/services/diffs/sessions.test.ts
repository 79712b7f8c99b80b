import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RowFilter } from '../../../shared/contract/diffs.ts';
import { type KeptTable, keepTableDiff } from './kept-table.ts';
import { createSessions } from './sessions.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-sessions-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.useRealTimers());

async function table(): Promise<KeptTable> {
  const side = (name: string, x: string) => {
    writeFileSync(join(folder, name), `id,x\n1,a\n2,${x}\n3,c\n`);
    return { file: join(folder, name), name };
  };
  return keepTableDiff({ old: side('old.csv', 'b'), now: side('now.csv', 'B'), sameBytes: false }, { key: ['id'] });
}

describe('open table diffs', () => {
  it('lay out the order of rows before whole columns are counted, whoever asks first', async () => {
    const kept = await table();
    const laidOut: number[] = [];
    const watched: KeptTable = {
      ...kept,
      exclusive: (work) =>
        kept.exclusive(async (open) => {
          laidOut.push(...(await open.db.numbers(`SELECT count(*) FROM duckdb_tables() WHERE table_name = 'ch'`)));
          return work(open);
        }),
    };
    const sessions = createSessions();
    const { total } = await sessions.use(
      'p/1',
      async () => watched,
      async (session) => {
        const columns = session.columns(['id', 'x']);
        const page = await session.rows.rows(RowFilter.parse({}), 0, 10, undefined);
        await columns;
        return page;
      },
    );
    expect(total).toBe(1);
    expect(laidOut).toEqual([0, 1, 1]);
    await sessions.dispose();
  });

  it('try again to lay out the order of rows after it failed', async () => {
    const kept = await table();
    let failures = 1;
    const once: KeptTable = {
      ...kept,
      exclusive: (work) =>
        kept.exclusive(async (open) => {
          const done = await work(open);
          if (failures-- > 0) throw new Error('no room');
          return done;
        }),
    };
    const sessions = createSessions();
    const page = () =>
      sessions.use(
        'p/1',
        async () => once,
        ({ rows }) => rows.rows(RowFilter.parse({}), 0, 10, undefined),
      );
    await expect(page()).rejects.toThrow('no room');
    expect(await page()).toMatchObject({ total: 1 });
    await sessions.dispose();
  });

  it('are not closed by the clock of one that was open under the same name before', async () => {
    const sessions = createSessions();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const use = (open: () => Promise<KeptTable>, work = async () => {}) => sessions.use('p/1', open, work);
    await expect(use(() => Promise.reject(new Error('no such file')))).rejects.toThrow('no such file');
    const close = vi.fn(async () => {});
    const kept = { close } as unknown as KeptTable;
    await use(
      async () => kept,
      async () => {
        vi.advanceTimersByTime(600_000);
      },
    );
    expect(close).not.toHaveBeenCalled();
    vi.advanceTimersByTime(600_000);
    await sessions.dispose();
    expect(close).toHaveBeenCalledTimes(1);
  });
});
