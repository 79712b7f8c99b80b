import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { makePushWorld, type PushWorld } from '../../testing/make-push-world.ts';
import type { Driver } from './driver.ts';
import { openTarget } from './open.ts';
import { versionBefore } from './rollback.ts';

let world: PushWorld;
const signal = new AbortController().signal;
const ASK = { project: 'test', name: 'churn', targets: null, alias: 'champion', version: null, reason: 'wrong' };
const roll = (more: object = {}) => world.targets.rollback({ ...ASK, ...more }, world.work());
const at = async (target: string) => (await world.targets.remote('test', target, 'churn', signal)).aliases.champion;
const here = async () => (await world.registry.pointers('test', 'churn')).champion;

beforeEach(async () => {
  world = makePushWorld();
  world.declare('targets:\n  a: {type: folder, path: a}\n  b: {type: folder, path: b}\n  c: {type: folder, path: c}\n');
  for (const version of ['1.0.0', '1.1.0']) {
    await world.register('churn', version, { 'model.pkl': version });
    await world.registry.setPointer('test', 'churn', 'champion', version);
    for (const target of ['a', 'b'])
      await world.targets.push({ project: 'test', name: 'churn', version, target }, world.work());
  }
});
afterEach(() => world.dispose());

test('the alias goes back here and at every target that has it, as one recorded action', async () => {
  const { lines } = await roll();
  expect([await at('a'), await at('b'), await here()]).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  expect(lines).toEqual([
    'a: champion moved from 1.1.0 to 1.0.0.',
    'b: champion moved from 1.1.0 to 1.0.0.',
    'Here champion moved from 1.1.0 to 1.0.0.',
  ]);
  // the alias here moves as a part of it: the registry writes the one event
  expect(world.actions()).not.toContain('rolled-back');
  expect(world.largerActions).toMatchObject([{ action: 'rolled-back', title: 'Roll churn back to 1.0.0 (champion)' }]);
  expect(world.largerActions[0]!.data).toEqual({
    alias: 'champion',
    to: '1.0.0',
    reason: 'wrong',
    here: { from: '1.1.0', to: '1.0.0' },
    targets: [
      { target: 'a', from: '1.1.0', to: '1.0.0' },
      { target: 'b', from: '1.1.0', to: '1.0.0' },
    ],
    there: [],
    failed: [],
  });
  await expect(roll()).rejects.toThrow('there is no version before it');
});

test('when one target fails, it says what moved and what did not, and a repeat completes', async () => {
  const options = { root: world.root, name: 'b', secret: null };
  const real = await openTarget({ type: 'folder', path: 'b' }, options);
  const broken: Driver = {
    ...real,
    setAlias: async () => {
      throw new AppError('FORBIDDEN', 'You may not.');
    },
  };
  world.drivers.set('b', broken);
  await expect(roll()).rejects.toThrow('b did not move: You may not. Moved: a. Here it still points to 1.1.0.');
  expect([await at('a'), await here()]).toEqual(['1.0.0', '1.1.0']);
  world.drivers.clear();
  expect((await roll()).lines[0]).toBe('b: champion moved from 1.1.0 to 1.0.0.');
  expect([await at('a'), await at('b'), await here()]).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  expect(world.actions().filter((action) => action === 'rolled-back')).toHaveLength(1);
  expect(world.largerActions.map(({ data }) => data)).toMatchObject([{ targets: [{ target: 'b' }], there: ['a'] }]);
});

test('attempts that moved nothing are no action', async () => {
  for (const target of ['a', 'b'])
    world.drivers.set(target, {
      ...(await openTarget({ type: 'folder', path: target }, { root: world.root, name: target, secret: null })),
      setAlias: async () => {
        throw new AppError('FORBIDDEN', 'You may not.');
      },
    });
  for (let i = 0; i < 2; i++) await expect(roll()).rejects.toThrow('No other target was moved');
  expect(world.actions()).not.toContain('rolled-back');
  expect(world.largerActions).toEqual([]);
});

test('nothing moves to a deprecated version', async () => {
  world.deprecated.add('1.0.0');
  await expect(roll()).rejects.toThrow('churn@1.0.0, which champion would go back to, is deprecated');
  expect([await at('a'), await at('b'), await here()]).toEqual(['1.1.0', '1.1.0', '1.1.0']);
});

test('what moved at targets is recorded although the alias here could not move', async () => {
  world.refuses.add('git is busy.');
  await expect(roll()).rejects.toThrow('Moved: a, b. Here it still points to 1.1.0: git is busy. Run the same again');
  expect(world.audit.events('test', { action: 'rolled-back' }).map(({ data }) => data)).toMatchObject([
    { here: { from: '1.1.0', to: '1.1.0' }, targets: [{ target: 'a' }, { target: 'b' }], failed: [{ here: true }] },
  ]);
});

test('a version that a target lacks, or that may not be there, is not rolled back to', async () => {
  await world.register('churn', '0.9.0', { 'model.pkl': 'old' });
  await expect(roll({ version: '0.9.0' })).rejects.toThrow('It does not have 0.9.0');
  world.declare('targets:\n  a: {type: folder, path: a, requires: approved}\n');
  await expect(roll()).rejects.toThrow('was never approved');
  expect([await at('a'), await here()]).toEqual(['1.1.0', '1.1.0']);
});

test('the version before is never the one that was rolled back', () => {
  const of = (...versions: string[]) => versionBefore(versions.reverse().map((version) => ({ version })));
  expect(of('1', '2', '3')).toBe('2');
  expect(of('1', '2', '3', '2')).toBe('1');
  expect(of('1', '1')).toBe(null);
  expect(of()).toBe(null);
});
