import type { AuditEvent } from '../../../shared/contract/audit.ts';
import type { ApprovalState } from '../../../shared/contract/models.ts';
import type { Person } from '../../../shared/contract/reviews.ts';
import { standingOf } from './derive.ts';
import { isSame, mayNotDecide } from './policy.ts';

const RECENT_MS = 30 * 86_400_000;

export type ReviewRow = {
  model: string;
  version: string;
  state: ApprovalState;
  requestedBy: string;
  requestedAt: number;
  waitingFor: string[];
  waitsForYou: boolean;
  overridden: boolean;
};

type Facts = {
  events: readonly AuditEvent[];
  /** null when the version is gone */
  digestOf(name: string, version: string): Promise<string | null>;
  you: Person | null;
  now: number;
};

/** Open requests, oldest first, then those decided in the last 30 days, newest first. */
export async function openReviews({ events, digestOf, you, now }: Facts): Promise<ReviewRow[]> {
  const open: ReviewRow[] = [];
  const decided: { row: ReviewRow; at: number }[] = [];
  const asked = new Set(
    events.flatMap(({ action, model, version }) =>
      action === 'requested' && model && version ? [`${model}@${version}`] : [],
    ),
  );
  const byVersion = Map.groupBy(events, ({ model, version }) => `${model}@${version}`);
  for (const key of asked) {
    const own = byVersion.get(key)!;
    const { model, version } = own[0] as { model: string; version: string };
    const digest = await digestOf(model, version);
    const { state, request, decisions, waitingFor, overridden } = standingOf(own, digest ?? '');
    if (!request) continue;
    const decidedByYou = you !== null && decisions.some(({ by }) => isSame(by, you));
    const row: ReviewRow = {
      model,
      version,
      state,
      requestedBy: request.event.actor.name,
      requestedAt: Date.parse(request.event.at),
      waitingFor: [...waitingFor],
      waitsForYou:
        state === 'requested' &&
        you !== null &&
        !decidedByYou &&
        mayNotDecide(request.policy, request.author, you) === null,
      overridden,
    };
    const at = decisions.at(-1)?.at ?? row.requestedAt;
    if (state === 'requested') open.push(row);
    else if (now - at < RECENT_MS) decided.push({ row, at });
  }
  return [
    ...open.sort((a, b) => a.requestedAt - b.requestedAt),
    ...decided.sort((a, b) => b.at - a.at).map(({ row }) => row),
  ];
}
