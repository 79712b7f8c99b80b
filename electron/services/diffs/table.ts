import { rm } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { typeWord } from '../../../shared/type-words.ts';
import { type OpenDuckDb, withDuckDb } from '../duckdb/open.ts';
import { createDatabase, type Database } from '../tables/database.ts';
import { type DataFile, ROW, type Source } from '../tables/side.ts';
import { openSource, pathsOf, tableFormat } from '../tables/source.ts';
import { findPatterns } from './cell-patterns.ts';
import { countCells, countNulls } from './cells.ts';
import { firstWords, surelyChanged } from './early.ts';
import { declaredKey, findKey, type Key, NO_KEY } from './key.ts';
import { countMoved, matchRows } from './match.ts';
import { equalPlaces, samplePlaces } from './places.ts';
import { renamedByFingerprint, renamedByRows, unpaired } from './renames.ts';
import { lookAtRetyped } from './retyped.ts';
import { temporaryFolder } from './temporary.ts';
import type { ColumnDiff, DiffOptions, Finding, RowCounts, TableDiff, Verdict } from './types.ts';
import { isNumber, type Pair, pairsByName } from './unify.ts';

const MEMORY_BYTES = 3e9;

/**
 * A diff whose rows can still be asked for. In the database: the views `o` and `n` with `rn` and a column `u0…` for each of `pairs`, `j` (all
 * matches) and `x` (row numbers `ro`, `rm` of changed rows).
 */
export type OpenTableDiff = { result: TableDiff; db: Database; before: Source; after: Source; pairs: Pair[] };

type Files = { old: DataFile; now: DataFile; sameBytes: boolean };

/**
 * Compares two table files exactly: every row and every cell is counted. Needs at most about 3 GB of memory (half of what the machine has,
 * if that is less); the rest goes to a temporary folder that is gone afterwards.
 * @param writes files that `use` may write through the database
 * @throws AppError BAD_REQUEST for a file that cannot be read and for an unknown column, CANCELLED, UNAVAILABLE when room is too little
 */
export async function withTableDiff<T>(
  files: Files,
  options: DiffOptions,
  writes: readonly string[],
  use: (open: OpenTableDiff, connect: OpenDuckDb['connect']) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const spill = await temporaryFolder();
  try {
    const reads = [...pathsOf(files.old, 'old_side', spill), ...pathsOf(files.now, 'new_side', spill)];
    const memory = `${Math.floor((options.memory ?? Math.min(MEMORY_BYTES, totalmem() / 2)) / 1e6)}MB`;
    return await withDuckDb({ memory, paths: [...reads, ...writes], spill }, async (connection, connect) => {
      const db = createDatabase(connection, options.signal);
      const open = await compare(db, files, spill, options);
      open.result.elapsedMs = Math.round(performance.now() - started);
      return use(open, connect);
    });
  } catch (error) {
    throw outOfRoom(error) ?? error;
  } finally {
    await rm(spill, { recursive: true, force: true });
  }
}

/** What DuckDB says when neither memory nor disk is enough, in other words. */
function outOfRoom(error: unknown): AppError | null {
  if (
    error instanceof AppError ||
    !/^(Out of Memory Error|IO Error: .*(No space left|max_temp_directory_size))/.test(messageOf(error))
  )
    return null;
  return new AppError(
    'UNAVAILABLE',
    'The comparison needs more memory, or more room for temporary files, than there is. Free some, or name a key with fewer columns.',
    {},
    { cause: error },
  );
}

async function compare(db: Database, files: Files, folder: string, options: DiffOptions): Promise<OpenTableDiff> {
  const asText = options.text ?? false;
  const stage = options.onStage ?? (() => {});
  const reading = { text: asText, folder, signal: options.signal };
  stage('Reading the old table');
  const before = await openSource(db, files.old, 'old_side', reading);
  stage('Reading the new table');
  const after = files.sameBytes ? before : await openSource(db, files.now, 'new_side', reading);

  stage('Matching columns');
  let pairs = pairsByName(before, after, asText);
  let early = firstWords(before, after, pairs);
  if (!files.sameBytes) options.onEarly?.(early);
  pairs = inOrder(after, [...pairs, ...(await renamedByFingerprint(db, before, after, pairs, asText))]);
  await viewPairs(db, before, after, pairs);
  const sample = files.sameBytes ? null : await samplePlaces(db, before, after, pairs);
  if (sample && early.verdict === null && (await surelyChanged(db, sample, pairs, options.tolerance))) {
    early = { ...early, verdict: 'changed' };
    options.onEarly?.(early);
  }
  const { added: fresh, removed: gone } = unpaired(before, after, pairs);
  // columns that rows may still show to be renamed belong to what is compared
  const settled = fresh.length === 0 || gone.length === 0;
  stage('Comparing blocks of rows');
  let places = settled ? await equalPlaces(db, before, after, pairs, sample) : null;
  stage('Looking for a key');
  const key = options.key?.length
    ? await declaredKey(db, before, after, pairs, options.key, places !== null)
    : files.sameBytes
      ? NO_KEY
      : await findKey(db, before, after, pairs, places !== null);
  if (!settled) {
    const by = { pairs: key.pairs, unique: key.uniqueBefore === true && key.uniqueAfter === true };
    pairs = inOrder(after, [...pairs, ...(await renamedByRows(db, before, after, pairs, by, asText))]);
    await viewPairs(db, before, after, pairs);
    places = await equalPlaces(db, before, after, pairs, sample);
  }
  applyTolerance(pairs, before, options.tolerance ?? {});

  stage('Matching rows');
  let placed = false;
  if (files.sameBytes) await db.run('CREATE TABLE j AS SELECT rn AS o, rn AS n, false AS c FROM o');
  else if (pairs.length === 0)
    await db.run(
      'CREATE TABLE j AS SELECT rn AS o, NULL::UINTEGER AS n, false AS c FROM o UNION ALL SELECT NULL, rn, false FROM n',
    );
  else placed = await matchRows(db, key, pairs, before, after, places);
  const [added = 0, removed = 0, matched = 0] = await db.numbers(
    'SELECT count(*) FILTER (o IS NULL), count(*) FILTER (n IS NULL), count(*) FILTER (o IS NOT NULL AND n IS NOT NULL) FROM j',
  );
  stage('Comparing cells');
  const { changed, cells } = await countCells(db, pairs, placed);
  stage('Looking at the order of rows');
  const moved = await countMoved(db, before, after);
  const rows: RowCounts = {
    before: before.rows,
    after: after.rows,
    added,
    removed,
    changed,
    unchanged: matched - changed,
    moved,
    duplicateKeysBefore: key.duplicatesBefore,
    duplicateKeysAfter: key.duplicatesAfter,
  };
  stage('Counting NULLs and looking for patterns');
  const columns = await columnsOf(
    db,
    before,
    after,
    pairs,
    cells,
    tableFormat(files.old.name) === tableFormat(files.now.name),
  );
  const findings: Finding[] = [
    ...before.findings.map((finding) => ({ ...finding, side: 'before' as const })),
    ...after.findings.map((finding) => ({ ...finding, side: 'after' as const })),
    ...keyFindings(key),
    ...columnFindings(before, pairs),
    ...(await lookAtRetyped(db, before, after, pairs, columns)),
    ...(await findPatterns(db, pairs, cells)),
  ];
  const { columns: names, source, uniqueBefore, uniqueAfter } = key;
  const result: TableDiff = {
    kind: 'table',
    verdict: verdictOf(files.sameBytes, rows, columns),
    key: { columns: names, source, uniqueBefore, uniqueAfter },
    rows,
    columns,
    findings,
    elapsedMs: 0,
  };
  return { result, db, before, after, pairs };
}

/** The views `o` and `n`: what is compared of each side. */
async function viewPairs(db: Database, before: Source, after: Source, pairs: readonly Pair[]): Promise<void> {
  for (const [view, side, which] of [
    ['o', before, 'before'],
    ['n', after, 'after'],
  ] as const) {
    const cells = [`${ROW} AS rn`, ...pairs.map((pair, i) => `${pair[which]} AS u${i}`)];
    await db.run(`CREATE OR REPLACE VIEW ${view} AS SELECT ${cells.join(', ')} FROM ${side.view}`);
  }
}

function inOrder(after: Source, pairs: Pair[]): Pair[] {
  const at = new Map(after.columns.map((column, i) => [column, i]));
  return pairs.sort((a, b) => at.get(a.now)! - at.get(b.now)!);
}

function applyTolerance(pairs: Pair[], before: Source, tolerance: NonNullable<DiffOptions['tolerance']>): void {
  for (const [column, own] of Object.entries(tolerance)) {
    if (column === '') continue;
    const pair = pairs.find(({ now, old }) => now.name === column || old.name === column);
    if (!pair) throw new AppError('BAD_REQUEST', `There is no column "${column}" on both sides to be tolerant about.`);
    const empty = before.rows === 0;
    if (!isNumber(pair.type) && !empty)
      throw new AppError(
        'BAD_REQUEST',
        `The column "${column}" holds no numbers but ${typeWord(pair.type)}, so a tolerance means nothing for it.`,
      );
    if (isNumber(pair.type)) pair.tolerance = own;
  }
  const all = tolerance[''];
  if (all) for (const pair of pairs) if (isNumber(pair.type)) pair.tolerance ??= all;
}

async function columnsOf(
  db: Database,
  before: Source,
  after: Source,
  pairs: readonly Pair[],
  cells: readonly number[],
  sameFormat: boolean,
): Promise<ColumnDiff[]> {
  const nullsOld = await countNulls(db, before);
  const nullsNow = before === after ? nullsOld : await countNulls(db, after);
  const { removed } = unpaired(before, after, pairs);
  const byColumn = new Map(pairs.map((pair, i) => [pair.now, i]));
  const oldAt = new Map(before.columns.map((column, i) => [column, i]));
  const now = after.columns.map((column, at): ColumnDiff => {
    const i = byColumn.get(column);
    if (i === undefined)
      return { ...NOTHING, name: column.name, status: 'added', typeAfter: column.type, nullsAfter: nullsNow[at]! };
    const { old, renamed, type } = pairs[i]!;
    const [was, is] = [old.empty ? type : old.type, column.empty ? type : column.type];
    // a CSV has no widths of numbers to keep
    const same = was === is || (!sameFormat && isNumber(was) && isNumber(is));
    return {
      name: column.name,
      status: renamed ? 'renamed' : same ? 'same' : 'retyped',
      renamedFrom: renamed ? old.name : null,
      typeBefore: was,
      typeAfter: is,
      changedCells: cells[i]!,
      nullsBefore: nullsOld[oldAt.get(old)!]!,
      nullsAfter: nullsNow[at]!,
    };
  });
  const gone = removed.map(
    (column): ColumnDiff => ({
      ...NOTHING,
      name: column.name,
      status: 'removed',
      typeBefore: column.type,
      nullsBefore: nullsOld[oldAt.get(column)!]!,
    }),
  );
  return [...now, ...gone];
}

const NOTHING = {
  renamedFrom: null,
  typeBefore: null,
  typeAfter: null,
  changedCells: 0,
  nullsBefore: null,
  nullsAfter: null,
};

function verdictOf(sameBytes: boolean, rows: RowCounts, columns: readonly ColumnDiff[]): Verdict {
  if (sameBytes) return 'identical';
  const schema = columns.some(({ status }) => status !== 'same');
  const sameRows = rows.added + rows.removed + rows.changed === 0;
  if (!sameRows || (schema && rows.moved > 0)) return 'changed';
  return schema ? 'schema_only' : rows.moved > 0 ? 'order_only' : 'identical_data';
}

function keyFindings(key: Key): Finding[] {
  const found: Finding[] = [];
  const duplicates = key.duplicatesBefore + key.duplicatesAfter;
  if (duplicates > 0)
    found.push({
      code: 'duplicate_keys',
      message: `${key.duplicatesBefore} rows before and ${key.duplicatesAfter} after repeat the key of an earlier row; they are paired in order of appearance.`,
    });
  if (key.nulls)
    found.push({
      code: 'null_keys',
      message: 'Some rows have NULL in their key; they are paired in order of appearance.',
    });
  return found;
}

function columnFindings(before: Source, pairs: readonly Pair[]): Finding[] {
  const at = pairs.map(({ old }) => before.columns.indexOf(old));
  if (at.every((place, i) => i === 0 || place > at[i - 1]!)) return [];
  return [{ code: 'columns_reordered', message: 'The columns stand in another order; that is no change of the data.' }];
}
