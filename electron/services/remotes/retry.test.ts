import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { kindOf, publicUrl } from './address.ts';
import { parallel } from './parallel.ts';
import { mayPass, networkProblem, passing, statusProblem } from './problems.ts';
import { retrying } from './retry.ts';

const policy = { attempts: 3, baseMs: 0, maxMs: 0 };

/** Work that fails so many times before it succeeds. */
const failing = (times: number, error: () => unknown) => {
  const state = { calls: 0 };
  return {
    state,
    work: async () => {
      if (state.calls++ < times) throw error();
      return 'done';
    },
  };
};

describe('retrying', () => {
  it('tries again what may pass, so many times', async () => {
    const two = failing(2, () => passing('busy'));
    expect(await retrying(two.work, { policy })).toBe('done');
    const three = failing(3, () => passing('busy'));
    await expect(retrying(three.work, { policy })).rejects.toThrow('busy');
    expect(three.state.calls).toBe(3);
    const refused = failing(9, () => networkProblem({ code: 'ECONNREFUSED' }, 'host'));
    const patient = { ...policy, attempts: 8 };
    await expect(retrying(refused.work, { policy: patient })).rejects.toThrow('nothing answers there');
    expect(refused.state.calls).toBe(3);
  });

  it('does not try again what will not pass', async () => {
    for (const status of [400, 401, 403, 404, 409, 501, 507]) {
      const one = failing(1, () => statusProblem(status, 'x'));
      await expect(retrying(one.work, { policy }), String(status)).rejects.toThrow(String(status));
      expect(one.state.calls).toBe(1);
    }
    for (const status of [408, 429, 500, 502, 503, 504]) expect(mayPass(statusProblem(status, 'x'))).toBe(true);
  });

  it('waits as long as the server asks for, at most a minute', async () => {
    const of = (header: string) => statusProblem(429, 'x', header).data.retryAfterMs;
    expect([of('7'), of('3600'), of('nonsense'), of(new Date(0).toUTCString())]).toEqual([7000, 60_000, null, 0]);
    // a policy that would wait for an hour, and a server that asks for nothing
    const one = failing(1, () => statusProblem(503, 'x', '0'));
    expect(await retrying(one.work, { policy: { attempts: 2, baseMs: 3_600_000, maxMs: 3_600_000 } })).toBe('done');
  });

  it('counts anew when the work got further', async () => {
    let at = 0;
    const work = async () => {
      if (++at < 10) throw passing('cut');
      return at;
    };
    expect(await retrying(work, { policy, progress: () => at })).toBe(10);
  });

  it('ends at once when it is cancelled, also while it waits', async () => {
    const stop = new AbortController();
    const waiting = retrying(
      async () => {
        queueMicrotask(() => stop.abort());
        throw passing('busy');
      },
      { signal: stop.signal, policy: { attempts: 2, baseMs: 3_600_000, maxMs: 3_600_000 } },
    );
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(retrying(async () => 1, { signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('parallel', () => {
  it('does so many at a time, and the first error stops the rest', async () => {
    let now = 0;
    let most = 0;
    const done: number[] = [];
    const items = Array.from({ length: 20 }, (_, i) => i);
    await parallel(items, 3, new AbortController().signal, async (i) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      done.push(i);
    });
    expect([most, done.length]).toEqual([3, 20]);
    const told: boolean[] = [];
    await expect(
      parallel(items, 2, new AbortController().signal, async (i, signal) => {
        if (i === 0) throw new AppError('NOT_FOUND', 'first');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        told.push(signal.aborted);
      }),
    ).rejects.toThrow('first');
    expect(told).toEqual([true]);
  });
});

describe('addresses', () => {
  it('are told from their scheme', () => {
    const kinds = ['/a/b', '../x', 'file:///a', 's3://b/c', 'SSH://h/x', 'https://h/x', 'gs://b', 'azure://c'].map(
      kindOf,
    );
    expect(kinds).toEqual(['folder', 'folder', 'folder', 's3', 'ssh', 'http', 'unknown', 'unknown']);
  });

  it('are shown without what is secret', () => {
    expect(publicUrl('https://me:pass@word@host:8080/a/b?sig=secret#x')).toBe('https://host:8080/a/b');
    expect(publicUrl('ssh://me@host/a@b')).toBe('ssh://host/a@b');
    expect(publicUrl('/a@b?c')).toBe('/a@b?c');
  });

  it('that cannot be reached say why, first cause first', () => {
    const several = Object.assign(new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]), {});
    expect(networkProblem(several, 'host')?.message).toContain('nothing answers there');
    const certificate = networkProblem(Object.assign(new Error('x'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'host');
    expect(certificate?.message).toContain('ssl_verify');
    expect(mayPass(certificate)).toBe(false);
    expect(networkProblem(new Error('what'), 'host')).toBeNull();
  });
});
