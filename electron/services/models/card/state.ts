import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '../../../../shared/contract/audit.ts';
import { Evaluation } from '../../../../shared/contract/gates.ts';
import type { Decision } from '../../../../shared/contract/reviews.ts';
import { readJson } from '../../../platform/files.ts';
import type { Facts } from '../facts.ts';
import { localEvaluations, versionFolder } from '../layout.ts';
import type { ModelRegistry } from '../ports.ts';
import type { Evidence } from './evidence.ts';

const MAX_FILES = 2000;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 3;

/** The newest evaluation of a version among its frozen ones and those of this machine; null without any that can be read. */
export function newestEvaluation(root: string, name: string, version: string): Evaluation | null {
  let newest: Evaluation | null = null;
  const places = [join(root, versionFolder(name, version), 'evaluations'), localEvaluations(root)];
  for (const file of places.flatMap((place) => jsonFiles(place, MAX_DEPTH))) {
    const found = Evaluation.safeParse(readJson(file)).data;
    if (found?.model !== name || found.version !== version) continue;
    if (newest === null || found.at > newest.at) newest = found;
  }
  return newest;
}

/** Links are not followed: they may lead anywhere. */
function jsonFiles(folder: string, depth: number): string[] {
  const found: string[] = [];
  const visit = (at: string, left: number): void => {
    let names: string[];
    try {
      names = readdirSync(at);
    } catch {
      return;
    }
    for (const name of names) {
      const path = join(at, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat?.isDirectory() && left > 0) visit(path, left - 1);
      else if (stat?.isFile() && name.endsWith('.json') && stat.size <= MAX_BYTES && found.length < MAX_FILES)
        found.push(path);
    }
  };
  visit(folder, depth);
  return found;
}

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
  return {
    evaluation: async (project: string, name: string, version: string): Promise<Evidence['evaluation']> =>
      newestEvaluation(deps.rootOf(project), name, version),
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
