import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RowFilter } from '../../../shared/contract/diffs.ts';
import { type KeptTable, keepTableDiff } from './kept-table.ts';
import { createTableRows, type TableRows } from './table-rows.ts';

type Row = { readonly id: number; readonly a: string; readonly b: number };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-rows-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The same numbers every time (Park and Miller's generator). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function tables(seed: number, count: number, shuffled: boolean): { old: Row[]; now: Row[] } {
  const random = numbers(seed);
  const old = Array.from({ length: count }, (_, id): Row => ({ id, a: `v${Math.floor(random() * 9)}`, b: id % 7 }));
  const now = old.flatMap((row): Row[] => {
    const dice = random();
    if (dice < 0.05) return [];
    if (dice < 0.1) return [{ ...row, a: `${row.a}!` }];
    if (dice < 0.12) return [{ ...row, a: 'w', b: -1 }];
    if (dice < 0.15) return [{ id: count + row.id, a: 'new', b: 0 }, row];
    return [row];
  });
  if (shuffled) for (let i = 0; i < now.length / 20; i++) now.push(...now.splice(Math.floor(random() * now.length), 1));
  return { old, now };
}

async function open(
  seed: number,
  count: number,
  shuffled: boolean,
): Promise<{ table: KeptTable; rows: TableRows; old: Row[]; now: Row[] }> {
  const { old, now } = tables(seed, count, shuffled);
  const write = (name: string, rows: readonly Row[]): string => {
    const path = join(folder, name);
    writeFileSync(path, `id,a,b\n${rows.map((row) => `${row.id},${row.a},${row.b}\n`).join('')}`);
    return path;
  };
  const side = (file: string) => ({ file, name: 't.csv' });
  const table = await keepTableDiff(
    { old: side(write('old.csv', old)), now: side(write('now.csv', now)), sameBytes: false },
    { key: ['id'] },
  );
  return { table, rows: createTableRows(table), old, now };
}

async function everyRow(rows: TableRows, filter: Partial<RowFilter>, limit: number) {
  const parsed = RowFilter.parse(filter);
  const all = [];
  for (let offset = 0; ; offset += limit) {
    const page = await rows.rows(parsed, offset, limit, undefined);
    all.push(...page.rows);
    if (offset + limit >= page.total) return all;
  }
}

it.each([
  [1, 300, false, 100],
  [2, 500, true, 500],
  [3, 60, true, 7],
  [4, 1, false, 10],
])('pages tell the truth about tables made by chance (%i)', async (seed, count, shuffled, limit) => {
  const { table, rows, old, now } = await open(seed, count, shuffled);
  try {
    const byId = new Map(old.map((row, i) => [row.id, { row, i }]));
    const all = await everyRow(rows, { kinds: ['added', 'removed', 'changed', 'unchanged'] }, limit);
    // the new rows in their order, each with the old row of its key
    const fresh = all.filter((row) => row.after !== null);
    expect(fresh.map((row) => row.after)).toEqual(now.map((_, i) => i));
    for (const [i, row] of fresh.entries()) {
      const was = byId.get(now[i]!.id);
      const same = was?.row.a === now[i]!.a && was.row.b === now[i]!.b;
      expect([row.kind, row.before]).toEqual([was ? (same ? 'unchanged' : 'changed') : 'added', was?.i ?? null]);
      expect(row.cells[1]).toEqual({
        ...(was ? { old: was.row.a } : {}),
        now: now[i]!.a,
        ...(was && was.row.a !== now[i]!.a ? { changed: true } : {}),
      });
    }
    const kept = new Set(now.map((row) => row.id));
    const gone = all.filter((row) => row.kind === 'removed').map((row) => row.before);
    expect([...gone].sort((a, b) => a! - b!)).toEqual(old.flatMap((row, i) => (kept.has(row.id) ? [] : [i])));
    expect(all.filter((row) => row.moved)).toHaveLength(table.open.result.rows.moved);
    // what filters choose is what is left when the others are taken out by hand
    const changed = (row: (typeof all)[number], at: number): boolean => row.cells[at]?.changed === true;
    const filters: [Partial<RowFilter>, (row: (typeof all)[number]) => boolean][] = [
      [{}, (row) => row.kind !== 'unchanged'],
      [{ kinds: ['added'] }, (row) => row.kind === 'added'],
      [{ kinds: ['unchanged', 'removed'] }, (row) => row.kind === 'unchanged' || row.kind === 'removed'],
      [{ kinds: ['moved'] }, (row) => row.moved],
      [{ changedIn: ['b'] }, (row) => changed(row, 2)],
      [{ changedIn: ['a', 'b'] }, (row) => changed(row, 1) || changed(row, 2)],
      [{ columnSet: ['a'] }, (row) => changed(row, 1) && !changed(row, 2)],
      [{ search: 'NEW' }, (row) => row.cells.some((cell) => cell.now === 'new' || cell.old === 'new')],
      [
        { transition: { column: 'a', from: 'v1', to: 'v1!' } },
        (row) => changed(row, 1) && row.cells[1]?.old === 'v1' && row.cells[1]?.now === 'v1!',
      ],
    ];
    for (const [filter, fits] of filters) expect(await everyRow(rows, filter, limit)).toEqual(all.filter(fits));
    const context = await everyRow(rows, { context: 2 }, limit);
    const skipped = context.reduce((sum, row) => sum + (row.skipped ?? 0), 0);
    expect(context.filter((row) => row.kind !== 'gap').length + (context.length > 0 ? skipped : all.length)).toBe(
      all.length,
    );
  } finally {
    await table.close();
  }
});

it('shows values cut, finds columns, and copies changed rows of large tables', async () => {
  const rows = 250_000;
  const write = (name: string, of: (i: number) => string): string => {
    const path = join(folder, name);
    writeFileSync(path, `id,t\n${Array.from({ length: rows }, (_, i) => `${i},${of(i)}\n`).join('')}`);
    return path;
  };
  const long = '😀'.repeat(600);
  const old = write('long-old.csv', () => 'x');
  const now = write('long-now.csv', (i) => (i % 50_000 === 5 ? long : 'x'));
  const table = await keepTableDiff(
    { old: { file: old, name: 'a.csv' }, now: { file: now, name: 'a.csv' }, sameBytes: false },
    {},
  );
  try {
    const paged = createTableRows(table);
    expect((await paged.prepare()).dense).toEqual({ o: 'o_changed', n: 'n_changed' });
    const { total, rows: page } = await paged.rows(RowFilter.parse({ context: 1 }), 0, 100, ['t']);
    expect(total).toBe(5 * 3 + 6);
    expect(page[2]?.cells).toEqual([{ old: 'x', now: `${'😀'.repeat(500)}…`, changed: true, cut: true }]);
    expect(page[3]?.cells).toEqual([{ old: 'x', now: 'x' }]);
    await expect(paged.rows(RowFilter.parse({}), 0, 1, ['none'])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  } finally {
    await table.close();
  }
});
