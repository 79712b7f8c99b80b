import { z } from 'zod';
import type { AuditEvent } from '../../../shared/contract/audit.ts';
import type { ApprovalState } from '../../../shared/contract/models.ts';
import { type Decision, Person, ReviewPolicy } from '../../../shared/contract/reviews.ts';
import { isSame, mayNotDecide } from './policy.ts';

/** What `requested` says: all that the decisions are judged by, so that editing `assay.yaml` or gates later changes nothing. */
export const RequestData = z.object({
  definition: z.string(),
  evaluation: z.string().nullable(),
  /** gates that stand in the way */
  blocked: z.array(z.string()),
  author: Person,
  policy: ReviewPolicy,
  champion: z.string().nullable(),
  comment: z.string(),
});
export type RequestData = z.infer<typeof RequestData>;

const DecisionData = z.object({
  definition: z.string(),
  /** hash of the `requested` event */
  request: z.string(),
  comment: z.string(),
  override: z.string().nullable().default(null),
});

export type Standing = {
  readonly state: ApprovalState;
  readonly request: (RequestData & { readonly event: AuditEvent }) | null;
  /** since the request, oldest first */
  readonly decisions: readonly Decision[];
  readonly missing: number;
  readonly waitingFor: readonly string[];
  readonly overridden: boolean;
};

export const NOT_REQUESTED: Standing = {
  state: 'none',
  request: null,
  decisions: [],
  missing: 0,
  waitingFor: [],
  overridden: false,
};

/**
 * Where a version stands, from the events of the log that name it, oldest first. Only those count that name this definition. The policy of the
 * request is applied here as well, since events come from every clone: whoever is no reviewer decides nothing. A person counts once, with the last
 * decision; one rejection closes the request, also one that was made elsewhere at the same time as the last approval.
 */
export function standingOf(events: readonly AuditEvent[], definition: string): Standing {
  let now: Standing = NOT_REQUESTED;
  for (const event of events) {
    if (event.data.definition !== definition) continue;
    if (event.action === 'requested') {
      const data = RequestData.safeParse(event.data);
      if (data.success && now.state !== 'approved') now = tally({ ...data.data, event }, []);
      continue;
    }
    const { request, decisions } = now;
    const data = DecisionData.safeParse(event.data);
    if (!request || !data.success || data.data.request !== request.event.hash) continue;
    if (event.action === 'withdrawn') now = NOT_REQUESTED;
    else if (event.action === 'approved' || event.action === 'rejected') {
      const { override, comment } = data.data;
      const approves = event.action === 'approved';
      if (mayNotDecide(request.policy, request.author, event.actor) !== null) continue;
      if (approves && request.blocked.length > 0 && override === null) continue;
      const made: Decision = {
        by: event.actor,
        at: Date.parse(event.at),
        decision: approves ? 'approve' : 'reject',
        comment,
        override: approves ? override : null,
        byAuthor: isSame(request.author, event.actor),
      };
      now = tally(request, [...decisions, made]);
    }
  }
  return now;
}

function tally(request: NonNullable<Standing['request']>, decisions: readonly Decision[]): Standing {
  const last = decisions.filter((one, i) => !decisions.slice(i + 1).some((later) => isSame(later.by, one.by)));
  const approvals = last.filter(({ decision }) => decision === 'approve');
  const missing = Math.max(0, request.policy.approvals - approvals.length);
  const state = last.some(({ decision }) => decision === 'reject')
    ? 'rejected'
    : missing === 0
      ? 'approved'
      : 'requested';
  return {
    state,
    request,
    decisions,
    missing: state === 'requested' ? missing : 0,
    waitingFor: state === 'requested' ? waitingFor(request, approvals, missing) : [],
    overridden: approvals.some(({ override }) => override !== null),
  };
}

function waitingFor({ policy, author }: RequestData, approvals: readonly Decision[], missing: number): string[] {
  if (policy.reviewers.length === 0) return [missing === 1 ? '1 more approval' : `${missing} more approvals`];
  return policy.reviewers.filter(
    (email) =>
      mayNotDecide(policy, author, { name: '', email }) === null && !approvals.some(({ by }) => isSame(by, { email })),
  );
}
