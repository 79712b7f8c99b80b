import type { Evaluation } from '../../../shared/contract/gates.ts';
import type { Person, ReviewPolicy } from '../../../shared/contract/reviews.ts';
import type { DeclaredModels } from '../models/declared.ts';

/** `models.review` of `assay.yaml`, complete: one approval of whoever may commit, the author included, when nothing is said. */
export const policyOf = (review: DeclaredModels['review']): ReviewPolicy => ({
  approvals: review?.approvals ?? 1,
  reviewers: review?.reviewers ?? [],
  authorMayApprove: review?.author_may_approve ?? true,
});

/** Git's people are told apart by their e-mail address, whatever its case. */
export const isSame = (a: Pick<Person, 'email'>, b: Pick<Person, 'email'>): boolean =>
  a.email.trim().toLowerCase() === b.email.trim().toLowerCase();

/** Null when a person may decide, else why not. */
export function mayNotDecide(policy: ReviewPolicy, author: Person, person: Person): string | null {
  if (policy.reviewers.length > 0 && !policy.reviewers.some((email) => isSame({ email }, person)))
    return `${person.email} is not among the reviewers: ${policy.reviewers.join(', ')}.`;
  if (!policy.authorMayApprove && isSame(author, person))
    return 'You registered this version, and authors may not approve their own here (models.review.author_may_approve).';
  return null;
}

/**
 * What decisions lack by a policy that they were not made under; null when they satisfy it. The policy of a request is what its writer says, so
 * that an approval under a weaker one than the project's is worth a look.
 */
export function shortOf(policy: ReviewPolicy, author: Person, approvedBy: readonly Person[]): string | null {
  const counted = approvedBy.filter((person) => mayNotDecide(policy, author, person) === null);
  const people = new Set(counted.map(({ email }) => email.trim().toLowerCase())).size;
  if (people >= policy.approvals) return null;
  return `${policy.approvals === 1 ? 'an approval' : `${policy.approvals} approvals`}${policy.reviewers.length > 0 ? ` of ${policy.reviewers.join(', ')}` : ''}${policy.authorMayApprove ? '' : ', not of the author'}`;
}

/**
 * Gates that stand in the way of an approval: those that failed and those that could not be decided, alike. A gate that only asks for a review by
 * a person is what the approval itself answers; a warning stands in nobody's way.
 */
export const blocking = (evaluation: Evaluation): Evaluation['gates'] =>
  evaluation.gates.filter(
    ({ verdict, kind, severity }) =>
      severity !== 'warning' && (verdict === 'fail' || (verdict === 'inconclusive' && kind !== 'review')),
  );
