import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { migrations } from './migrate.ts';
import { openDb, removeDb } from './open.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-db-'));
  path = join(folder, 'deep', 'index.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function failure(): AppError {
  try {
    openDb(path).close();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return error as AppError;
  }
  throw new Error('it could be opened');
}

it('makes the folder and the newest schema, and opens the same file again', () => {
  openDb(path).close();
  const db = openDb(path);
  expect(db.pragma('user_version', { simple: true })).toBe(migrations.at(-1)!.version);
  expect(db.pragma('page_size', { simple: true })).toBe(8192);
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.prepare('SELECT count(*) FROM runs').pluck().get()).toBe(0);
  db.close();
});

it('refuses the index of a newer Assay with a sentence, and leaves it as it is', () => {
  const db = openDb(path);
  db.pragma('user_version = 99');
  db.close();
  const before = readFileSync(path);
  const error = failure();
  expect(error.code).toBe('CONFLICT');
  expect(error.message).toContain('newer Assay (version 99');
  expect(error.message).toContain('assay reindex');
  expect(readFileSync(path)).toEqual(before);
});

it('says that a file is damaged, and that nothing is lost', () => {
  openDb(path).close();
  writeFileSync(path, 'this is no database'.repeat(1000));
  expect(failure()).toMatchObject({ code: 'UNAVAILABLE', data: { damaged: true } });
  removeDb(path);
  openDb(path).close();
  truncateSync(path, 5000);
  expect(failure().message).toContain('assay reindex');
});

it('says why a place cannot be used', () => {
  writeFileSync(join(folder, 'file'), '');
  path = join(folder, 'file', 'index.db');
  expect(failure()).toMatchObject({ code: 'UNAVAILABLE' });
});

it('can be made by several processes at the same moment', async () => {
  const open = new URL('./open.ts', import.meta.url).href;
  const script = `
    const { openDb } = await import(${JSON.stringify(open)});
    process.stdout.write('ready');
    process.stdin.once('data', () => { openDb(${JSON.stringify(path)}).close(); process.exit(0); });`;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  await Promise.all(children.map((child) => once(child.stdout, 'data')));
  const codes = children.map(async (child) => (await once(child, 'exit'))[0] as number);
  for (const child of children) child.stdin.write('go');
  expect(await Promise.all(codes)).toEqual([0, 0, 0, 0]);
});
