import { expect, test } from 'vitest';
import type { Job } from '../../../shared/contract/jobs.ts';
import { newlyFailed, sortJobs } from './sort-jobs.ts';

const job = (id: string, state: Job['state'], startedAt: number): Job => ({
  id,
  title: id,
  project: null,
  state,
  done: 0,
  total: 0,
  unit: '',
  label: '',
  error: null,
  startedAt,
  endedAt: null,
});

test('what runs is on top, then the newest', () => {
  const sorted = sortJobs([job('old', 'done', 1), job('new', 'failed', 9), job('runs', 'running', 2)]);
  expect(sorted.map((one) => one.id)).toEqual(['runs', 'new', 'old']);
});

test('a failure is told once, and none from before the page was there', () => {
  const failed = [job('a', 'failed', 1)];
  expect(newlyFailed(failed, null)).toEqual([]);
  expect(newlyFailed(failed, new Map([['a', 'running' as const]]))).toHaveLength(1);
  expect(newlyFailed(failed, new Map([['a', 'failed' as const]]))).toEqual([]);
  expect(newlyFailed(failed, new Map())).toHaveLength(1);
});
