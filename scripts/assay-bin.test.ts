import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

let home: string;
let bin: string;

/** The machine's own Node, when it is an old one: the one that has to start the packaged one. */
const oldNode = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find(
    (path) =>
      existsSync(path) && Number(spawnSync(path, ['-p', 'process.versions.node']).stdout.toString().split('.')[0]) < 24,
  );

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-bin-'));
  for (const folder of ['bin', 'dist/electron', 'node_modules']) mkdirSync(join(home, folder), { recursive: true });
  bin = join(home, 'bin', 'assay.mjs');
  cpSync(resolve('bin/assay.mjs'), bin);
  const packaged = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  symlinkSync(resolve('node_modules', packaged), join(home, 'node_modules', packaged));
  // stands for the terminal: says what it got, ends as it is told
  writeFileSync(
    join(home, 'dist', 'electron', 'cli.mjs'),
    `export async function main(args) {
      const asked = new Promise((resolve) => process.on('SIGTERM', resolve));
      const alive = setInterval(() => {}, 1000);
      console.log(JSON.stringify({ args, major: Number(process.versions.node.split('.')[0]) }));
      if (args[0] === 'wait') {
        await asked;
        console.log('asked to end');
      }
      clearInterval(alive);
      return args[0] === 'wait' ? 7 : Number(args[0] ?? 0);
    }`,
  );
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('runs the terminal with the arguments as they are and ends with its code', () => {
  const { stdout, status } = spawnSync(process.execPath, [bin, '3', 'a b', '', '--json'], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toMatchObject({ args: ['3', 'a b', '', '--json'] });
  expect(status).toBe(3);
});

it.skipIf(!oldNode)('starts itself again with the packaged Node when the machine’s is older', () => {
  const { stdout, status } = spawnSync(oldNode!, [bin, '5', 'ü'], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual({ args: ['5', 'ü'], major: 24 });
  expect(status).toBe(5);
});

it.skipIf(!oldNode)('passes signals on and waits for the end', async () => {
  const child = spawn(oldNode!, [bin, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  await new Promise<void>((ready) =>
    child.stdout.on('data', (piece: Buffer) => {
      text += piece.toString();
      if (text.includes('major')) ready();
    }),
  );
  child.kill('SIGTERM');
  expect(await new Promise((ended) => child.on('close', ended))).toBe(7);
  expect(text).toContain('asked to end');
});

it.skipIf(!oldNode)('says what to do when there is no Node that fits', () => {
  const lonely = join(home, 'lonely', 'bin');
  mkdirSync(lonely, { recursive: true });
  cpSync(bin, join(lonely, 'assay.mjs'));
  const away = mkdtempSync(join(tmpdir(), 'assay-bin-'));
  cpSync(join(home, 'lonely'), away, { recursive: true });
  const { stderr, status } = spawnSync(oldNode!, [join(away, 'bin', 'assay.mjs')], { encoding: 'utf8' });
  rmSync(away, { recursive: true, force: true });
  expect(stderr).toMatch(/needs Node 24 or newer.*Install Node 24/);
  expect(status).toBe(1);
});
