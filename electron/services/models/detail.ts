import type { AuditEvent } from '../../../shared/contract/audit.ts';
import type { VersionDetail } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { commitOf } from './changes.ts';
import { gapsOf } from './evidence.ts';
import type { GtoEvent } from './gto.ts';
import { APPROVED } from './names.ts';
import type { Registry } from './registry.ts';
import { rowMaker } from './rows.ts';

type VersionEvent = VersionDetail['history'][number];

/**
 * All that is known of a version.
 * @throws AppError NOT_FOUND, BAD_REQUEST when its definition cannot be used
 */
export async function detailOf(
  registry: Registry,
  project: string,
  name: string,
  version: string,
): Promise<VersionDetail> {
  const { deps, rootOf, known, read, tagsOf } = registry;
  const { definition, digest, path, text } = read(project, name, version);
  const [rows, all, state] = await Promise.all([
    rowMaker(registry, project),
    known(project, name),
    tagsOf(project, name),
  ]);
  const own = all.find((one) => one.version === version);
  if (!own) throw new AppError('NOT_FOUND', `${name} ${version} is gone. It may just have been moved; try again.`);
  const tag = state.versions.get(version);
  const commit = tag?.commit ?? (await commitOf(deps.git, rootOf(project), path, text).catch(() => null));
  const committed =
    commit !== null && (await deps.git.fileAt(rootOf(project), commit, path).catch(() => null)) === text;
  const events = deps.audit.events(project, { model: name, version });
  return {
    row: rows.row(own),
    definition,
    digest,
    file: path,
    tag: tag ? { name: tag.name, commit: tag.commit } : null,
    uncommitted: !committed,
    history: historyOf(events, state.events, state.versions.get(version)?.commit ?? null, version),
    gaps: gapsOf(definition),
  };
}

/** The log's events and those tags that no event tells of: somebody used gto. */
function historyOf(
  events: readonly AuditEvent[],
  tags: readonly GtoEvent[],
  commit: string | null,
  version: string,
): VersionEvent[] {
  const told = new Set(events.map(({ data }) => data.tag));
  const registered = events.some(({ action }) => action === 'registered' || action === 'pulled');
  const fromTags = tags
    .filter(({ kind, subject, cancel, count, tag }) => {
      if (told.has(tag.name)) return false;
      // the mark of an approval, which the log tells of as such
      if (kind === 'pointer' && subject === APPROVED) return false;
      if (kind === 'pointer') return tag.commit === commit;
      return subject === version && !(registered && !cancel && count === null);
    })
    .map(({ tag, kind, subject, cancel }): VersionEvent => {
      const action =
        kind === 'version' ? (cancel ? 'deprecated' : 'registered') : cancel ? 'alias-removed' : 'alias-set';
      return {
        at: tag.at,
        who: tag.tagger.name,
        action,
        text: `${kind === 'pointer' ? `${subject}, by` : 'By'} the tag ${tag.name}; the log says nothing of it.`,
        override: false,
      };
    });
  const fromLog = events.map(
    (event): VersionEvent => ({
      at: Date.parse(event.at) || 0,
      who: event.actor.name,
      action: event.action,
      text: textOf(event),
      override: typeof event.data.override === 'string' || event.data.overridden === true,
    }),
  );
  return [...fromLog, ...fromTags].sort((a, b) => b.at - a.at);
}

function textOf({ action, data }: AuditEvent): string {
  const text = (key: string): string | null => (typeof data[key] === 'string' && data[key] !== '' ? data[key] : null);
  const pointer = text('alias') ?? text('stage');
  const from = text('from');
  const parts = [
    pointer === null
      ? null
      : action.endsWith('-removed')
        ? `${pointer} was taken away`
        : `${pointer}${from ? `, before on ${from}` : ''}`,
    text('target'),
    text('ref'),
    text('comment'),
    text('reason'),
    text('override') === null ? null : `override: ${text('override')}`,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}
