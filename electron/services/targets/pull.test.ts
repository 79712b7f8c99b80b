import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ASK, CARD, makePushWorld, type PushWorld } from '../../testing/make-push-world.ts';
import { signaturePath } from '../models/layout.ts';
import { arrive, pathBelow } from './arriving.ts';

/** who pushed, and who pulls */
let theirs: PushWorld;
let ours: PushWorld;
const out = (...path: string[]): string => join(theirs.root, 'out', 'churn', ...path);
const pull = () => ours.targets.pull(ASK, ours.work());

beforeEach(async () => {
  theirs = makePushWorld();
  ours = makePushWorld();
  await theirs.register('churn', '1.0.0', { 'model.pkl': 'weights', 'a/b': 'x' }, { 'rows.csv': 'a\n1\n' });
  writeFileSync(join(theirs.root, 'models/churn/1.0.0.md'), CARD);
  mkdirSync(join(theirs.root, 'models/churn/1.0.0'));
  writeFileSync(join(theirs.root, signaturePath('churn', '1.0.0')), 'good');
  await theirs.targets.push(ASK, theirs.work());
  ours.declare(`targets:\n  shelf: {type: folder, path: ${join(theirs.root, 'out')}}\n`);
});
afterEach(async () => {
  await theirs.dispose();
  await ours.dispose();
});

test('a pushed version comes back with its evidence, card and signature', async () => {
  const { lines } = await pull();
  expect(lines).toEqual([
    'Pulled churn@1.0.0 from shelf: 2 files, 8 B, every digest right.',
    'Signature: good, by a key of this project',
  ]);
  const [there, here] = [
    await theirs.registry.read('', 'churn', '1.0.0'),
    await ours.registry.read('', 'churn', '1.0.0'),
  ];
  expect(here.digest).toBe(there.digest);
  for (const file of [...here.definition.files, ...here.definition.evidence])
    expect(ours.registry.fileOf('', file)).not.toBe(null);
  expect(readFileSync(join(ours.root, signaturePath('churn', '1.0.0')), 'utf8')).toBe('good');
  expect(ours.adopted).toEqual([
    { version: '1.0.0', from: { target: 'shelf', signature: 'Signature: good, by a key of this project' } },
  ]);
  expect(readdirSync(join(ours.root, '.assay/push'))).toEqual([]);
});

test('a version that is here already gets its bytes back, unless it is another one', async () => {
  await pull();
  const { definition } = await ours.registry.read('', 'churn', '1.0.0');
  rmSync(ours.stored(definition.files[0]!.sha256));
  expect((await pull()).lines[1]).toMatch('is here already; its bytes are back');
  expect(ours.registry.fileOf('', definition.files[0]!)).not.toBe(null);
  await ours.register('churn', '1.0.0', { 'model.pkl': 'mine' });
  await expect(pull()).rejects.toThrow('is here already with another definition');
});

test.each([
  ['a changed byte', () => writeFileSync(out('1.0.0/model.pkl'), 'weightz'), 'are not those of its definition'],
  ['a missing file', () => rmSync(out('1.0.0/a/b')), 'lacks "a/b"'],
  ['a file too many', () => writeFileSync(out('1.0.0/more'), 'x'), 'has a file "more"'],
  ['a changed table', () => writeFileSync(out('.assay/versions/1.0.0/evidence/rows.csv'), 'b\n1\n'), 'are not those'],
  ['a forged signature', () => writeFileSync(out('.assay/versions/1.0.0/model.sig'), 'forged'), 'does not hold'],
  [
    'a definition of another version',
    () => {
      const file = out('.assay/versions/1.0.0/definition.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace('version: 1.0.0', 'version: 2.0.0'));
    },
    'answers with churn@2.0.0',
  ],
  [
    'an anchor bomb',
    () =>
      writeFileSync(
        out('.assay/versions/1.0.0/definition.yaml'),
        `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`).join('\n')}`,
      ),
    'cannot be read',
  ],
])('%s is found, and nothing is taken', async (_what, break_, why) => {
  break_();
  await expect(pull()).rejects.toThrow(why);
  expect(await ours.registry.versions('', 'churn')).toEqual([]);
  expect(ours.adopted).toEqual([]);
});

test('what came without a definition of ours gets one from what its files say', async () => {
  rmSync(out('.assay'), { recursive: true });
  const { lines } = await pull();
  expect(lines[1]).toBe('It is not signed.');
  const { definition } = await ours.registry.read('', 'churn', '1.0.0');
  expect(definition.files.map(({ path }) => path)).toEqual(['a/b', 'model.pkl']);
  expect(definition.author.email).toBe('a@example.invalid');
});

test('a version that the target lacks is not found', async () => {
  renameSync(out('1.0.0'), out('1.0.1'));
  await expect(pull()).rejects.toThrow('shelf has no churn@1.0.0');
});

test.each(['../x', 'a/../../x', '/etc/x', 'a//b', 'a\\b', 'c:x', 'a\0b', '', '.'])(
  '%j is no path of a file',
  (path) => {
    expect(() => pathBelow('/tmp/x', path)).toThrow('outside the model');
  },
);

test('a file that is longer than it was said to be is not taken', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(1000);
  }
  await expect(arrive(join(ours.root, 'out'), 'bomb', 5000, endless(), () => {})).rejects.toThrow('more than the 5000');
});
