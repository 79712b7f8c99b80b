import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDiffCommand } from './data-diff.ts';
import { dataCommands } from './data-session.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-data-diff-'));
  writeFileSync(join(folder, 'a.csv'), 'id,v\n1,a\n2,b\n');
  writeFileSync(join(folder, 'same.csv'), 'id,v\r\n1,a\r\n2,b\r\n');
  writeFileSync(join(folder, 'b.csv'), 'id,v\n1,<b>\n3,"NULL"\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<number> {
  const program = new Command('assay').option('-C <dir>', '', '.').exitOverride();
  let code = -1;
  addDiffCommand(
    dataCommands(program, (value) => {
      code = value;
    }),
  );
  await program.parseAsync(['-C', folder, 'data', 'diff', '--files', ...args], { from: 'user' });
  return code;
}

describe('assay data diff', () => {
  it('ends with 0 for the same data, 1 for a change and 2 for what cannot be read', async () => {
    expect(await run('a.csv', 'same.csv', '--json')).toBe(0);
    expect(await run('a.csv', 'b.csv', '--json')).toBe(1);
    expect(await run('a.csv', 'missing.csv', '--json')).toBe(2);
    expect(await run('a.csv', 'b.csv', '--key', 'nope')).toBe(2);
  });

  it('writes through a link instead of replacing it, and refuses a folder', async () => {
    writeFileSync(join(folder, 'target.md'), 'old');
    symlinkSync('target.md', join(folder, 'link.md'));
    await run('a.csv', 'b.csv', '--json', '--md', 'link.md');
    expect(lstatSync(join(folder, 'link.md')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'target.md'), 'utf8')).not.toBe('old');
    expect(await run('a.csv', 'b.csv', '--json', '--md', '.')).toBe(2);
  });

  it('writes a tabular diff that keeps NULL and "NULL" apart, and a report without markup from the data', async () => {
    await run(
      'a.csv',
      'b.csv',
      '--json',
      '--tabular',
      't.csv',
      '--html',
      'r.html',
      '--md',
      'r.md',
      '--parquet',
      'r.parquet',
    );
    expect(readFileSync(join(folder, 't.csv'), 'utf8')).toBe('@@,id,v\n->,1,a-><b>\n---,2,b\n+++,3,_NULL\n');
    expect(readFileSync(join(folder, 'r.html'), 'utf8')).toContain('&lt;b&gt;');
    expect(readFileSync(join(folder, 'r.html'), 'utf8')).not.toContain('<b>');
    expect(readFileSync(join(folder, 'r.md'), 'utf8')).toContain('&lt;b\\&gt;'.replace('&gt;', '>'));
    expect(readFileSync(join(folder, 'r.parquet')).subarray(0, 4).toString()).toBe('PAR1');
  });
});
