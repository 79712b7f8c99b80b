import type { AuditEvent } from '../../../shared/contract/audit.ts';
import type { RecordedVersion } from '../models/ports.ts';
import type { Standing } from './derive.ts';
import type { ReviewGates } from './ports.ts';

type Facts = {
  recorded: RecordedVersion;
  now: Standing;
  /** requests of this version, of whatever definition */
  events: readonly AuditEvent[];
  champion(): Promise<string | null>;
  latest(): ReturnType<ReviewGates['latest']>;
};

/** What is not any more as it was when the review was requested, in sentences. */
export async function changedSince({ recorded, now, events, champion, latest }: Facts): Promise<string[]> {
  const found: string[] = [];
  const last = events.at(-1);
  if (last && last.data.definition !== recorded.digest)
    found.push(
      `The definition is not the one for which a review was requested on ${last.at.slice(0, 10)}: decisions about that one do not count.`,
    );
  if (!now.request) return found;
  const then = now.request.champion;
  const today = await champion();
  if (then !== today && today !== recorded.definition.version)
    found.push(`The champion was ${then ?? 'none'} at the request and is ${today ?? 'none'} now.`);
  const newest = await latest();
  if (newest?.outdated) found.push(newest.outdated);
  else if (
    newest &&
    newest.evaluation.digest !== now.request.evaluation &&
    newest.evaluation.at > Date.parse(now.request.event.at)
  )
    found.push(`The gates were checked again since: ${newest.evaluation.verdict}.`);
  return found;
}
