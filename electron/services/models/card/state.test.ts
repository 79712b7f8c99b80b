import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Evaluation } from '../../../../shared/contract/gates.ts';
import { createEvaluationFiles, digestOfEvaluation } from '../../gates/evaluation-files.ts';
import { evaluationPath } from '../layout.ts';
import { createCardState } from './state.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-card-state-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('an evaluation that was changed by hand is in no card', async () => {
  const body: Omit<Evaluation, 'digest'> = {
    assay: 'evaluation/1',
    model: 'churn',
    version: '1.0.0',
    definition: 'd'.repeat(64),
    declared: [],
    champion: null,
    at: 1,
    by: 'Ada',
    assayVersion: '0',
    verdict: 'fail',
    gates: [],
  };
  const evaluation = { ...body, digest: digestOfEvaluation(body) };
  const files = createEvaluationFiles();
  files.save(root, evaluation);
  files.freeze(root, 'churn', '1.0.0', evaluation.digest);
  const state = () =>
    createCardState({
      registry: { read: () => Promise.reject(new Error('not asked')) },
      rootOf: () => root,
      facts: { rows: () => Promise.reject(new Error('not asked')) },
      events: () => [],
    }).evaluation('p', 'churn', '1.0.0');
  expect(await state()).toEqual(evaluation);
  const forged = { ...evaluation, at: 2, verdict: 'pass', digest: 'f'.repeat(64) };
  const path = join(root, evaluationPath('churn', '1.0.0', forged.digest));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(forged));

  expect((await state())?.verdict).toBe('fail');
});
