import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLog, searchLog } from './logs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (content: string | Uint8Array): void => writeFileSync(join(folder, 'stdout.log'), content);
const search = (text: string, from = 0, limit = 1000) => searchLog(folder, 'stdout.log', { text, from, limit });
async function read(offset: number, limit: number): Promise<{ offset: number; size: number; text: string }> {
  const { bytes, ...piece } = await readLog(folder, 'stdout.log', offset, limit);
  return { ...piece, text: await bytes.text() };
}

describe('reading', () => {
  test('from the start, the end and behind it', async () => {
    write('0123456789');
    expect(await read(2, 3)).toEqual({ offset: 2, size: 10, text: '234' });
    expect(await read(-4, 100)).toEqual({ offset: 6, size: 10, text: '6789' });
    expect(await read(-100, 2)).toEqual({ offset: 0, size: 10, text: '01' });
    expect(await read(50, 10)).toEqual({ offset: 10, size: 10, text: '' });
  });
  test('a file that is not there is empty; bytes are not changed', async () => {
    expect(await read(-100, 10)).toEqual({ offset: 0, size: 0, text: '' });
    const raw = Uint8Array.from([0, 255, 254, 10, 27]);
    write(raw);
    expect(new Uint8Array(await (await readLog(folder, 'stdout.log', 0, 10)).bytes.arrayBuffer())).toEqual(raw);
  });
});

describe('searching', () => {
  test('lines that contain a text, in either case, each once, with the offset of its start', async () => {
    write('Epoch 1 loss\nnothing\nüber LOSS loss loss\r\nloss');
    expect(await search('Loss')).toEqual({
      matches: [
        { offset: 0, text: 'Epoch 1 loss' },
        { offset: 21, text: 'über LOSS loss loss' },
        { offset: 43, text: 'loss' },
      ],
      next: null,
    });
    expect((await search('ÜBER')).matches).toEqual([]);
    expect((await search('über')).matches).toHaveLength(1);
    expect(await search('[')).toEqual({ matches: [], next: null });
  });

  test('goes on where it stopped', async () => {
    write('a1\na2\nb\na3\n');
    const first = await search('a', 0, 2);
    expect(first).toEqual({
      matches: [
        { offset: 0, text: 'a1' },
        { offset: 3, text: 'a2' },
      ],
      next: 6,
    });
    expect(await search('a', first.next!, 2)).toEqual({ matches: [{ offset: 8, text: 'a3' }], next: null });
  });

  test('a progress bar that redraws its line is many lines', async () => {
    write('\r 10%\r 20%\r 30%\ndone');
    expect((await search('20%')).matches).toEqual([{ offset: 6, text: ' 20%' }]);
  });

  test('matches across the borders of blocks, and lines longer than them', async () => {
    const block = 1 << 20;
    const head = 'x'.repeat(block - 3);
    write(`${head}needle y\nsecond\n${'z'.repeat(3 * block)} needle ${'z'.repeat(2 * block)} needle\nlast needle\n`);
    const { matches, next } = await search('NEEDLE');
    expect(next).toBeNull();
    expect(matches.map((match) => match.offset)).toEqual([0, block + 13, block + 13 + 5 * block + 17 - 1]);
    expect(matches[0]!.text).toMatch(/^…x+needle y$/);
    expect(matches[1]!.text).toMatch(/^…z+ needle z+…$/);
    expect(matches[1]!.text.length).toBe(500);
    expect(matches[2]!.text).toBe('last needle');
  });

  test('every position of a border finds the same', async () => {
    const block = 1 << 20;
    for (let shift = 0; shift < 9; shift++) {
      const start = block - shift;
      write(`${'-'.repeat(start - 1)}\nneedle\n`);
      expect((await search('needle')).matches).toEqual([{ offset: start, text: 'needle' }]);
    }
  });

  test('a long line of many bytes a character is cut between characters', async () => {
    write(`${'🚀'.repeat(2000)}needle${'é'.repeat(2000)}`);
    const text = (await search('needle')).matches[0]!.text;
    expect([...text].length).toBeLessThanOrEqual(500);
    expect(text).not.toContain('\ufffd');
    expect(text).toMatch(/^…🚀+needleé+…$/u);
  });

  test('can be stopped, and lets others work meanwhile', async () => {
    write(Buffer.alloc(64 << 20, 'abcdefg \n'));
    const abort = new AbortController();
    const searching = searchLog(folder, 'stdout.log', { text: 'never there', from: 0, limit: 10 }, abort.signal);
    let turns = 0;
    const tick = (): void => {
      if (++turns === 20) abort.abort();
      else setImmediate(tick);
    };
    setImmediate(tick);
    await expect(searching).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(turns).toBe(20);
  });
});
