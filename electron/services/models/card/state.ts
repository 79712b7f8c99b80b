import type { AuditEvent } from '../../../../shared/contract/audit.ts';
import type { Decision } from '../../../../shared/contract/reviews.ts';
import { createEvaluationFiles } from '../../gates/evaluation-files.ts';
import type { Facts } from '../facts.ts';
import type { ModelRegistry } from '../ports.ts';
import type { Evidence } from './evidence.ts';

/** What people decided since the last request, as the audit log has it, oldest first. @param events of one version, oldest first */
export function decisionsOf(events: readonly AuditEvent[], author: string): Decision[] {
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const from = events.findLastIndex(({ action }) => action === 'requested');
  return events
    .slice(from + 1)
    .filter(({ action }) => action === 'approved' || action === 'rejected')
    .map(({ actor, at, action, data }) => ({
      by: actor,
      at: Date.parse(at),
      decision: action === 'approved' ? 'approve' : 'reject',
      comment: text(data.comment) ?? '',
      override: text(data.override),
      byAuthor: actor.email === author,
    }));
}

/** Reads what a card shows beside the definition: from files, the audit log and what the reviews say. */
export function createCardState(deps: {
  readonly registry: Pick<ModelRegistry, 'read'>;
  readonly rootOf: (project: string) => string;
  readonly facts: Pick<Facts, 'rows'>;
  readonly events: (project: string, of: { model: string; version: string }) => readonly AuditEvent[];
}) {
  const evaluations = createEvaluationFiles();
  return {
    /** The newest among those that prove their digest. */
    evaluation: async (project: string, name: string, version: string): Promise<Evidence['evaluation']> =>
      evaluations.list(deps.rootOf(project), name, version)[0]?.evaluation ?? null,
    async approval(project: string, name: string, version: string): Promise<Evidence['approval']> {
      const [{ definition, digest }, facts] = await Promise.all([
        deps.registry.read(project, name, version),
        deps.facts.rows(project),
      ]);
      const { approval, overridden } = facts.review({ name, version, digest });
      const decisions =
        approval === 'none' ? [] : decisionsOf(deps.events(project, { model: name, version }), definition.author.email);
      return { state: approval, decisions, overridden };
    },
  };
}
