import { describe, expect, it } from 'vitest';
import { HostDouble } from './doubles.ts';
import { createHostProcess, restartWait } from './host-process.ts';

/** A host process with a clock that a test turns by hand. */
function make() {
  const children: HostDouble[] = [];
  const waiting: { ms: number; then: () => void; taken: boolean }[] = [];
  const events: string[] = [];
  let now = 0;
  const host = createHostProcess({
    fork: () => {
      const child = new HostDouble();
      children.push(child);
      return child;
    },
    channel: () => ({ port1: 'one', port2: 'two' }) as never,
    later: (ms, then) => {
      const one = { ms, then, taken: false };
      waiting.push(one);
      return () => {
        one.taken = true;
      };
    },
    now: () => now,
    onReady: () => events.push('ready'),
    onGone: (ms) => events.push(`gone ${ms}`),
  });
  const due = (): void => {
    const next = waiting.shift();
    if (next && !next.taken) next.then();
  };
  return { host, children, waiting, events, due, pass: (ms: number) => (now += ms) };
}

describe('the host process', () => {
  it('gives a way to the host only when the host has said that it is ready', () => {
    const { host, children, events } = make();
    host.start();
    expect(host.connect()).toBeNull();
    children[0]!.events.emit('message', { type: 'ready' });
    expect(events).toEqual(['ready']);
    expect(host.connect()).toBe('two');
    expect(children[0]!.sent).toEqual([{ message: { type: 'connect' }, ports: ['one'] }]);
  });

  it('is started again when it dies, after 0.5 s, then twice as long each time, at most 10 s', () => {
    const { host, children, events, due } = make();
    host.start();
    for (let i = 0; i < 7; i++) {
      children.at(-1)!.events.emit('exit', 1);
      due();
    }
    expect(events).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000].map((ms) => `gone ${ms}`));
    expect(children).toHaveLength(8);
    expect(restartWait(100)).toBe(10_000);
  });

  it('counts from the start again after a long good time', () => {
    const { host, children, events, due, pass } = make();
    host.start();
    children[0]!.events.emit('exit', 1);
    due();
    pass(60_001);
    children[1]!.events.emit('exit', 1);
    expect(events).toEqual(['gone 500', 'gone 500']);
  });

  it('hands out a new way after a restart, into the new host', () => {
    const { host, children, due } = make();
    host.start();
    children[0]!.events.emit('message', { type: 'ready' });
    children[0]!.events.emit('exit', 1);
    expect(host.connect()).toBeNull();
    due();
    children[1]!.events.emit('message', { type: 'ready' });
    expect(host.connect()).toBe('two');
    expect(children[0]!.sent).toEqual([]);
    expect(children[1]!.sent).toHaveLength(1);
  });

  it('asks the host for artifacts, each answer to its question, and does not wait for a dead one', async () => {
    const run = { kind: 'run', project: 'p', run: 'r' } as const;
    const { host, children } = make();
    host.start();
    expect(await host.artifact({ ...run, path: 'a' })).toMatchObject({ found: null, status: 503 });
    children[0]!.events.emit('message', { type: 'ready' });
    const first = host.artifact({ ...run, path: 'a' });
    const second = host.artifact({ ...run, path: 'b' });
    const third = host.artifact({ ...run, path: 'c' });
    expect(children[0]!.sent[1]?.message).toEqual({ type: 'artifact', id: 1, address: { ...run, path: 'b' } });
    const found = { path: '/b', mediaType: 'image/png', size: 3 };
    children[0]!.events.emit('message', { type: 'artifact', id: 1, found, status: 200, message: '' });
    children[0]!.events.emit('message', { type: 'artifact', id: 0, found: null, status: 404, message: 'None.' });
    expect(await second).toEqual({ found });
    expect(await first).toEqual({ found: null, status: 404, message: 'None.' });
    children[0]!.events.emit('exit', 9);
    expect(await third).toMatchObject({ status: 503 });
  });

  it('ends the host gently, kills it when it does not end, and does not start it again', async () => {
    const { host, children, waiting, due, events } = make();
    host.start();
    const stopped = host.stop();
    expect(children[0]!.sent).toEqual([{ message: { type: 'shutdown' }, ports: [] }]);
    expect(children[0]!.killed).toBe(false);
    due();
    expect(children[0]!.killed).toBe(true);
    children[0]!.events.emit('exit', 0);
    await stopped;
    expect([children.length, waiting.length, events]).toEqual([1, 0, []]);
  });

  it('does not start again what was stopped while it waited', async () => {
    const { host, children, due } = make();
    host.start();
    children[0]!.events.emit('exit', 1);
    await host.stop();
    due();
    expect(children).toHaveLength(1);
  });
});
