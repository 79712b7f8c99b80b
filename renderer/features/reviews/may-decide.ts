import type { GateResult } from '../../../shared/contract/gates.ts';
import type { Review } from '../../../shared/contract/reviews.ts';
import { plural } from '../../lib/format.ts';

type Gates = { readonly gates: readonly Pick<GateResult, 'verdict' | 'kind' | 'severity' | 'title'>[] };

/** The titles of the gates that stand in the way: none that only warns, and not the review that is being made. */
export function blockingTitles(evaluation: Gates | null): string[] {
  return (evaluation?.gates ?? [])
    .filter(
      ({ verdict, kind, severity }) =>
        severity !== 'warning' && (verdict === 'fail' || (verdict === 'inconclusive' && kind !== 'review')),
    )
    .map((gate) => gate.title);
}

/** The policy as a sentence. */
export function policyWords({ approvals, reviewers, authorMayApprove }: Review['policy']): string {
  const who = reviewers.length === 0 ? 'whoever may commit' : reviewers.join(', ');
  const author = authorMayApprove ? '' : '; its author may not approve it alone';
  return `${plural(approvals, 'approval')} of ${who}${author}.`;
}
