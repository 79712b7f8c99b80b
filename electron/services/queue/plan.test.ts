import { expect, test } from 'vitest';
import type { Gpu } from '../../../shared/contract/gpu.ts';
import { allowedGpus } from '../launch/gpu-choice.ts';
import { plan, type Situation } from './plan.ts';
import { inOrder, moved } from './queue-file.ts';

const gpu = (index: number, used = 0): Gpu => ({
  index,
  uuid: `GPU-${index}`,
  name: 'A GPU',
  driver: null,
  memoryTotalBytes: 8e9,
  memoryUsedBytes: used,
  utilisationPercent: 0,
  powerWatts: null,
  powerLimitWatts: null,
  temperatureCelsius: null,
  processes: used > 0 ? [{ pid: 9, name: 'other', memoryBytes: used, run: null, project: null }] : [],
});

const situation = (change: Partial<Situation>): Situation => ({
  waiting: [],
  active: [],
  takenGpus: new Set(),
  gpus: [],
  cpuSlots: 1,
  paused: false,
  trusted: true,
  ...change,
});
const run = (name: string, gpus: 'auto' | 'none' | number[] = 'none') => ({ run: name, gpus });

test('CPU runs start in order while there are slots', () => {
  const waiting = [run('a'), run('b'), run('c')];
  const first = plan(situation({ waiting, cpuSlots: 2 }));
  expect(first.starts).toEqual([
    { run: 'a', gpus: [] },
    { run: 'b', gpus: [] },
  ]);
  expect(first.reasons.get('c')).toBe('Waits for one of 2 CPU slots.');
  const active = [
    { run: 'x', name: 'x', gpus: [] },
    { run: 'y', name: 'y', gpus: [1] },
  ];
  const later = plan(situation({ waiting, cpuSlots: 2, active }));
  expect(later.starts.map((one) => one.run)).toEqual(['a']);
  expect(later.reasons.get('c')).toBe('Waits for one of 2 CPU slots, behind 1 other run.');
});

test('auto takes a free GPU, and a CPU slot where there are none', () => {
  const waiting = [run('a', 'auto'), run('b', 'auto'), run('c', 'auto')];
  const gpus = [gpu(0), gpu(1, 5e9), gpu(2), gpu(3, 1e6)];
  const { starts, reasons } = plan(situation({ waiting, gpus, takenGpus: new Set([0]) }));
  expect(starts).toEqual([
    { run: 'a', gpus: [2] },
    { run: 'b', gpus: [3] },
  ]);
  expect(reasons.get('c')).toBe('Waits for a free GPU.');
  expect(plan(situation({ waiting })).starts).toEqual([{ run: 'a', gpus: null }]);
});

test('a run that names its GPUs waits for them, and nobody behind it takes them', () => {
  const waiting = [run('a', [0, 1]), run('b', 'auto'), run('c', [7]), run('d')];
  const { starts, reasons } = plan(situation({ waiting, gpus: [gpu(0), gpu(1, 5e9)] }));
  expect(starts).toEqual([{ run: 'd', gpus: [] }]);
  expect(reasons.get('a')).toBe('Waits for GPU 1, which is in use.');
  expect(reasons.get('b')).toBe('Waits for a free GPU.');
  expect(reasons.get('c')).toBe('Waits for GPU 7, which this machine does not have.');
});

test('nothing starts while paused, or without trust', () => {
  const waiting = [run('a')];
  expect(plan(situation({ waiting, paused: true }))).toMatchObject({ starts: [] });
  expect(plan(situation({ waiting, trusted: false })).reasons.get('a')).toBe('Waits until this project is trusted.');
});

test('GPUs that a cluster has not given to us are left alone', () => {
  const gpus = [gpu(0), gpu(1)];
  expect(allowedGpus(gpus, {}).map((one) => one.index)).toEqual([0, 1]);
  expect(allowedGpus(gpus, { CUDA_VISIBLE_DEVICES: '1' }).map((one) => one.index)).toEqual([1]);
  expect(allowedGpus(gpus, { CUDA_VISIBLE_DEVICES: '' })).toEqual([]);
  expect(allowedGpus(gpus, { CUDA_VISIBLE_DEVICES: 'GPU-0' })).toEqual([]);
});

test('the order of the file, then what it does not know', () => {
  expect(inOrder(['c', 'gone', 'a', 'a'], ['a', 'b', 'c', 'd'])).toEqual(['c', 'a', 'b', 'd']);
  expect(moved(['a', 'b', 'c'], 'c', 'a')).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 'a', null)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 'a', 'gone')).toEqual(['b', 'c', 'a']);
});
