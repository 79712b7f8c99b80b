import { describe, expect, it } from 'vitest';
import {
  approvalWords,
  boundText,
  compareVersions,
  gatesWords,
  looksLikeModel,
  signedNumber,
  valueText,
} from './model-words.ts';

describe('compareVersions', () => {
  it('orders as SemVer §11 does', () => {
    const inOrder = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1'];
    const all = [...inOrder, '1.0.0', '1.2.0', '1.10.0', '2.0.0'];
    expect(all.toReversed().sort(compareVersions)).toEqual(all);
    expect(compareVersions('1.2.3-rc.1', '1.2.3-rc.1')).toBe(0);
  });
});

describe('approvalWords', () => {
  it('says for whom a version waits', () => {
    expect(approvalWords({ approval: 'requested', overridden: false, waitingFor: ['ada@x', 'bob@x'] }).words).toBe(
      'Waits for ada@x, bob@x',
    );
  });
  it('stays red after an override', () => {
    expect(approvalWords({ approval: 'approved', overridden: true, waitingFor: [] }).tone).toBe('bad');
    expect(approvalWords({ approval: 'approved', overridden: false, waitingFor: [] }).tone).toBe('good');
  });
});

describe('gatesWords', () => {
  it('tells never checked from no gates', () => {
    expect(gatesWords(null).words).toBe('Not checked');
    expect(gatesWords({ verdict: 'pass', passed: 0, total: 0, digest: '', at: 0 }).words).toBe('No gates');
    expect(gatesWords({ verdict: 'fail', passed: 3, total: 5, digest: '', at: 0 })).toMatchObject({
      words: '3 of 5 pass',
      tone: 'bad',
    });
  });
});

describe('numbers', () => {
  it('writes bounds as they are read', () => {
    expect(boundText({ op: 'min', value: 0.9 })).toBe('≥ 0.9');
    expect(boundText({ op: 'between', value: [1, 5] }, 'MB')).toBe('in 1 … 5 MB');
    expect(boundText({ op: 'one of', value: ['MIT', 'Apache-2.0'] })).toBe('one of MIT, Apache-2.0');
    expect(boundText({ op: 'max', value: 5 * 1024 * 1024 }, 'bytes')).toBe('≤ 5 MiB');
    expect(valueText(2048, 'bytes')).toBe('2 KiB');
    expect(boundText(null)).toBe('');
  });
  it('keeps the sign of a difference', () => {
    expect([signedNumber(0.5), signedNumber(-3), signedNumber(0)]).toEqual(['+0.5', '−3', '±0']);
  });
  it('adds no unit to nothing', () => {
    expect(valueText(null, 'ms')).toBe('–');
    expect(valueText(12, 'ms')).toBe('12 ms');
  });
});

it('knows models by their names', () => {
  for (const path of ['a/b.onnx', 'model.json', 'out/model.bin', 'x.SAFETENSORS', 'clf.joblib'])
    expect(looksLikeModel(path), path).toBe(true);
  for (const path of ['metrics.json', 'data.csv', 'supermodel.json', 'model.py'])
    expect(looksLikeModel(path), path).toBe(false);
});
