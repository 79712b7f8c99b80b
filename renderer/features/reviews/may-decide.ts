import type { Evaluation } from '../../../shared/contract/gates.ts';
import type { Review } from '../../../shared/contract/reviews.ts';
import { plural } from '../../lib/format.ts';

/** Whether approving needs a reason, because a gate did not pass. */
export function needsOverride(evaluation: Pick<Evaluation, 'verdict'> | null): boolean {
  return evaluation !== null && evaluation.verdict === 'fail';
}

/** The policy as a sentence. */
export function policyWords({ approvals, reviewers, authorMayApprove }: Review['policy']): string {
  const who = reviewers.length === 0 ? 'whoever may commit' : reviewers.join(', ');
  const author = authorMayApprove ? '' : '; its author may not approve it alone';
  return `${plural(approvals, 'approval')} of ${who}${author}.`;
}

/** The gates that an override is about, by their titles. */
export function failedTitles(evaluation: Pick<Evaluation, 'gates'> | null): string[] {
  return (evaluation?.gates ?? []).filter((gate) => gate.verdict === 'fail').map((gate) => gate.title);
}
