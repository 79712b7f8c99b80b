import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ASK, makePushWorld, type PushWorld } from '../../testing/make-push-world.ts';

let world: PushWorld;
beforeEach(async () => {
  world = makePushWorld();
  await world.register('churn', '1.0.0', { 'a.bin': 'first', 'b.bin': Buffer.alloc(5_000_000, 1) });
});
afterEach(() => world.dispose());

/** A process that pushes and is killed for good as soon as its progress says this. */
async function killedAt(label: string): Promise<void> {
  const script = `
    import { ASK, makePushWorld } from ${JSON.stringify(resolve('electron/testing/make-push-world.ts'))};
    const world = makePushWorld(${JSON.stringify(world.root)});
    const onProgress = (_done, _total, at) => {
      if (at === ${JSON.stringify(label)}) process.kill(process.pid, 'SIGKILL');
    };
    await world.targets.push(ASK, { signal: new AbortController().signal, onProgress });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  const signal = await new Promise((done) => child.on('close', (_code, by) => done(by)));
  expect(signal).toBe('SIGKILL');
}

test.each(['Copying b.bin', 'Reading back a.bin'])(
  'a push that is killed at "%s" is finished by a repeat',
  async (at) => {
    await killedAt(at);
    expect(await world.targets.receipts('test')).toEqual([]);
    expect(world.actions()).toEqual([]);
    if (at.startsWith('Copying')) expect(existsSync(join(world.root, 'out/churn/1.0.0'))).toBe(false);
    const { receipts } = await world.targets.push(ASK, world.work());
    expect(receipts[0]!.verified).toBe(true);
    // what was whole before is not copied again
    expect(receipts[0]!.skippedBytes).toBeGreaterThanOrEqual(5);
    expect(world.actions()).toEqual(['pushed']);
    expect(readdirSync(join(world.root, 'out/churn/.assay/incoming'))).toEqual([]);
    expect(readdirSync(join(world.root, '.assay/push'))).toEqual(['sound.json']);
  },
  60_000,
);
