import { createHash } from 'node:crypto';
import type { Evaluation } from '../../../../shared/contract/gates.ts';
import type { ApprovalState } from '../../../../shared/contract/models.ts';
import type { Decision } from '../../../../shared/contract/reviews.ts';
import type { RecordedVersion } from '../ports.ts';
import { plain } from './escape.ts';

/** Everything that a card's generated part is made of. */
export type Evidence = {
  readonly version: RecordedVersion;
  /** the newest; null when its gates were never checked */
  readonly evaluation: Evaluation | null;
  readonly approval: {
    readonly state: ApprovalState;
    readonly decisions: readonly Decision[];
    readonly overridden: boolean;
  };
  /** aliases and stages that point to it, sorted */
  readonly pointers: readonly string[];
};

/** What a card remembers of the evidence that it was made of, so that it can say what has changed since. */
export type Remembered = {
  readonly definition: string;
  readonly evaluation: string | null;
  readonly verdict: string | null;
  readonly approval: string;
  readonly overridden: boolean;
  /** of the decisions, one line each */
  readonly decisions: readonly string[];
  readonly pointers: readonly string[];
};

export const remember = ({ version, evaluation, approval, pointers }: Evidence): Remembered => ({
  definition: version.digest,
  evaluation: evaluation?.digest ?? null,
  verdict: evaluation?.verdict ?? null,
  approval: approval.state,
  overridden: approval.overridden,
  decisions: approval.decisions.map(({ by, at, decision }) => `${decision} ${by.email} ${at}`),
  pointers: [...pointers],
});

/** SHA-256 over what is remembered; its keys are always in this order. */
export const evidenceDigest = (what: Remembered): string =>
  createHash('sha256').update(JSON.stringify(what)).digest('hex');

const APPROVAL: Readonly<Record<string, string>> = {
  none: 'No review is open any more.',
  requested: 'A review was requested since.',
  approved: 'It was approved since.',
  rejected: 'It was rejected since.',
};

/** Sentences about what changed between two states of the evidence: about the evaluation of the gates, and about all else. */
export function changes(then: Remembered, now: Remembered): { evaluation: string[]; others: string[] } {
  const evaluation: string[] = [];
  const found: string[] = [];
  if (then.definition !== now.definition) found.push('The definition of the version changed.');
  if (then.evaluation !== now.evaluation) {
    if (now.evaluation === null) evaluation.push('The evaluation of the gates that the card shows is gone.');
    else if (then.evaluation === null) evaluation.push(`The gates were checked since: ${now.verdict}.`);
    else evaluation.push(`The gates were checked again since: ${now.verdict}, ${then.verdict} before.`);
  }
  if (then.approval !== now.approval) found.push(APPROVAL[now.approval] ?? 'Its approval changed.');
  else if (then.decisions.join('\n') !== now.decisions.join('\n')) found.push('Somebody decided since.');
  if (!then.overridden && now.overridden) found.push('A failed gate was overridden.');
  for (const pointer of now.pointers)
    if (!then.pointers.includes(pointer)) found.push(`"${plain(pointer)}" points to it now.`);
  for (const pointer of then.pointers)
    if (!now.pointers.includes(pointer)) found.push(`"${plain(pointer)}" does not point to it any more.`);
  return { evaluation, others: found };
}
