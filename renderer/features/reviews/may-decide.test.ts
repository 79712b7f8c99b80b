import { expect, it } from 'vitest';
import { needsOverride, policyWords } from './may-decide.ts';

it('wants a reason for what failed, and for nothing else', () => {
  expect([needsOverride({ verdict: 'fail' }), needsOverride({ verdict: 'pass' }), needsOverride(null)]).toEqual([
    true,
    false,
    false,
  ]);
});

it('says the policy in a sentence', () => {
  expect(policyWords({ approvals: 2, reviewers: ['a@x', 'b@x'], authorMayApprove: false })).toBe(
    '2 approvals of a@x, b@x; its author may not approve it alone.',
  );
  expect(policyWords({ approvals: 1, reviewers: [], authorMayApprove: true })).toBe(
    '1 approval of whoever may commit.',
  );
});
