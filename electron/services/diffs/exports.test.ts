import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportBlob } from './export-blob.ts';
import { type KeptTable, keepTableDiff } from './kept-table.ts';

const names = { old: 'old', now: 'new' };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-exports-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function table(before: string, after: string): Promise<KeptTable> {
  const side = (name: string, cell: string) => {
    writeFileSync(join(folder, name), `id,text\n1,"${cell}"\n2,b\n`);
    return { file: join(folder, name), name };
  };
  return keepTableDiff({ old: side('o.csv', before), now: side('n.csv', after), sameBytes: false }, { key: ['id'] });
}

describe('exports', () => {
  it('mention nobody, link to nothing and are no markup in a pull request', async () => {
    const kept = await table('x', '@ada fixes #12, www.example.invalid https://example.invalid <b> **a** | [l](u)');
    const text = await (await exportBlob(kept.open.result, kept, names, 'md')).text();
    // as a browser shows it, so as a forge looks for names and links in it
    const line = text.split('\n').find((one) => one.startsWith('| changed'))!;
    const page = line.replaceAll('&#8203;', '\u200b').replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');
    expect(page).toContain('ada fixes');
    expect(page).not.toMatch(/@\w|#\d|www\.|:\/\//);
    expect(line).not.toMatch(/<b>|\*\*a|[^\\]\[l/);
    await kept.close();
  });

  it('are handed to the page up to a size, and leave nothing behind beyond it', async () => {
    const kept = await table('x', 'y');
    const before = readdirSync(folder);
    await expect(exportBlob(kept.open.result, kept, names, 'tabular', 10)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('--tabular'),
    });
    expect(readdirSync(folder)).toEqual(before);
    expect((await exportBlob(kept.open.result, kept, names, 'tabular', 1000)).size).toBeGreaterThan(10);
    await kept.close();
  });
});
