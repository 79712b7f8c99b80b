import { expect, it } from 'vitest';
import type { GateResult } from '../../../shared/contract/gates.ts';
import { directionOf, isBetter } from './direction.ts';

const gate = (id: string, title: string, op: 'min' | 'max'): GateResult => ({
  id,
  kind: 'metric',
  title,
  verdict: 'pass',
  value: 1,
  unit: null,
  bound: { op, value: 1 },
  champion: null,
  interval: null,
  message: '',
  evidence: [],
  slices: [],
});

it('takes what is better from the gates', () => {
  const gates = [gate('metric:auc', 'auc at least 1', 'min'), gate('own-id', 'loss at most 1', 'max')];
  expect([directionOf('auc', gates), directionOf('loss', gates), directionOf('f1', gates)]).toEqual([
    'up',
    'down',
    null,
  ]);
  expect([isBetter(1, 'up'), isBetter(1, 'down'), isBetter(0, 'up'), isBetter(1, null), isBetter(null, 'up')]).toEqual([
    true,
    false,
    null,
    null,
    null,
  ]);
});
