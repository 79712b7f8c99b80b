import { expect, test } from 'vitest';
import { endingText, runDuration } from './run-state.ts';

const timed = { status: 'running', startedAt: 1000, endedAt: null, lastSeenAt: 5000 } as const;

test('a duration goes to the end, to now, or to the last sign of life', () => {
  expect(runDuration(timed, 9000)).toBe(8000);
  expect(runDuration({ ...timed, status: 'finished', endedAt: 4000 }, 9000)).toBe(3000);
  expect(runDuration({ ...timed, status: 'lost' }, 9000)).toBe(4000);
  expect(runDuration({ ...timed, status: 'queued', startedAt: null }, 9000)).toBeNull();
  expect(runDuration({ ...timed, status: 'finished' }, 9000)).toBeNull();
  expect(runDuration({ ...timed, startedAt: 9500 }, 9000)).toBe(0);
});

test('how it ended', () => {
  const run = { status: 'failed', exitCode: 3, signal: null, lastSeenAt: null } as const;
  expect(endingText(run, 0)).toBe('exit code 3');
  expect(endingText({ ...run, exitCode: null, signal: 'SIGKILL' }, 0)).toContain('memory ran out');
  expect(endingText({ ...run, signal: 'SIGUSR1' }, 0)).toBe('ended by SIGUSR1');
  expect(endingText({ ...run, status: 'finished', exitCode: 0 }, 0)).toBeNull();
  expect(endingText({ ...run, status: 'lost', lastSeenAt: 60_000 }, 180_000)).toMatch(/^last sign of life 2 min ago/);
  expect(endingText({ ...run, status: 'lost' }, 0)).toContain('ever');
});
