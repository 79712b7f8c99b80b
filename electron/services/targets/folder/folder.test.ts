import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ASK, CARD, makePushWorld, type PushWorld } from '../../../testing/make-push-world.ts';

let world: PushWorld;
const at = (...path: string[]): string => join(world.root, 'out', 'churn', ...path);
const push = () => world.targets.push(ASK, world.work());

beforeEach(async () => {
  world = makePushWorld();
  await world.register('churn', '1.0.0', { 'model.pkl': 'weights', 'conf/a.json': '{}' }, { 'rows.csv': 'a,b\n1,2\n' });
});
afterEach(() => world.dispose());

test('a version lies there as plain files, with what belongs to it beside', async () => {
  await world.registry.setPointer('test', 'churn', 'champion', '1.0.0');
  const { receipts } = await push();
  expect(receipts[0]).toMatchObject({ kind: 'folder', verified: true, skippedBytes: 0, aliases: ['champion'] });
  expect(readdirSync(at('1.0.0'), { recursive: true }).sort()).toEqual(['conf', 'conf/a.json', 'model.pkl']);
  expect(readFileSync(at('1.0.0', 'model.pkl'), 'utf8')).toBe('weights');
  expect(readFileSync(at('.assay/versions/1.0.0/card.md'), 'utf8')).toBe(CARD);
  expect(readFileSync(at('.assay/versions/1.0.0/evidence/rows.csv'), 'utf8')).toBe('a,b\n1,2\n');
  expect(readFileSync(at('.assay/aliases/champion'), 'utf8')).toBe('1.0.0\n');
  expect(readdirSync(at('.assay/incoming'))).toEqual([]);
  expect(await world.targets.remote('test', 'shelf', 'churn', new AbortController().signal)).toEqual({
    versions: ['1.0.0'],
    aliases: { champion: '1.0.0' },
  });
});

test('a file that was damaged there is put right by a repeat', async () => {
  await push();
  writeFileSync(at('1.0.0', 'model.pkl'), 'weightz');
  await expect(world.targets.verify(ASK, world.work())).rejects.toThrow(
    'model.pkl of churn@1.0.0 in shelf is not what',
  );
  await push();
  expect(readFileSync(at('1.0.0', 'model.pkl'), 'utf8')).toBe('weights');
  writeFileSync(at('1.0.0', 'more.txt'), 'x');
  await expect(world.targets.verify(ASK, world.work())).rejects.toThrow('more.txt');
  await push();
  expect(existsSync(at('1.0.0', 'more.txt'))).toBe(false);
});

test('another version under the same number is never overwritten', async () => {
  await push();
  await world.register('churn', '1.0.0', { 'model.pkl': 'others' });
  await expect(push()).rejects.toThrow('shelf has another churn@1.0.0 already');
  expect(readFileSync(at('1.0.0', 'model.pkl'), 'utf8')).toBe('weights');
});

test('links that lead elsewhere are refused', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'assay-elsewhere-'));
  try {
    mkdirSync(join(world.root, 'out'));
    symlinkSync(elsewhere, at());
    await expect(push()).rejects.toThrow('is a link that leads elsewhere');
    expect(readdirSync(elsewhere)).toEqual([]);
    rmSync(at());
    await push();
    rmSync(at('1.0.0', 'model.pkl'));
    writeFileSync(join(elsewhere, 'secret'), 'weights');
    symlinkSync(join(elsewhere, 'secret'), at('1.0.0', 'model.pkl'));
    const pull = { project: 'test', target: 'shelf', name: 'churn', version: '1.0.0' };
    await expect(world.targets.pull(pull, world.work())).rejects.toThrow('is no plain file');
    rmSync(join(world.root, 'out'), { recursive: true });
    symlinkSync(elsewhere, join(world.root, 'out'));
    await expect(push()).rejects.toThrow('leads out of the project');
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test.each(['../x', '.git/x', 'models', '.'])('the path %s is refused', async (path) => {
  world.declare(`targets:\n  shelf: {type: folder, path: ${path}}\n`);
  await expect(push()).rejects.toThrow(/leads out of the project|belongs to git/);
});
