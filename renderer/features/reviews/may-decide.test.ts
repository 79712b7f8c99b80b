import { expect, it } from 'vitest';
import { blockingTitles, policyWords } from './may-decide.ts';

it('wants a reason for what does not pass, but not for warnings and for the review itself', () => {
  const gates = [
    { title: 'a', kind: 'metric', verdict: 'fail' },
    { title: 'b', kind: 'metric', verdict: 'fail', severity: 'warning' },
    { title: 'c', kind: 'slice', verdict: 'inconclusive' },
    { title: 'd', kind: 'review', verdict: 'inconclusive' },
    { title: 'e', kind: 'metric', verdict: 'pass' },
  ] as const;
  expect(blockingTitles({ gates })).toEqual(['a', 'c']);
  expect(blockingTitles(null)).toEqual([]);
});

it('says the policy in a sentence', () => {
  expect(policyWords({ approvals: 2, reviewers: ['a@x', 'b@x'], authorMayApprove: false })).toBe(
    '2 approvals of a@x, b@x; its author may not approve it alone.',
  );
  expect(policyWords({ approvals: 1, reviewers: [], authorMayApprove: true })).toBe(
    '1 approval of whoever may commit.',
  );
});
