import { compare } from 'semver';
import type { AnnotatedTag } from '../git/annotated-tags.ts';

/** What a GTO tag does (iterative/gto, gto/constants.py `tag_re`). */
export type GtoEvent = {
  readonly tag: AnnotatedTag;
  readonly model: string;
  /** `version`: registered, or deregistered when `cancel`; `pointer`: assigned, or unassigned when `cancel` */
  readonly kind: 'version' | 'pointer';
  /** the version without its `v`, or the pointer's name */
  readonly subject: string;
  readonly cancel: boolean;
  /** null for a tag without a counter, which is the first */
  readonly count: number | null;
};

/** Of tags that may be GTO's: whatever has `@` or `#` in it. */
export const GTO_TAGS = '[@#]';

const TAG =
  /^(?<model>[^@#]+)(?:@v(?<version>(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?)|#(?<pointer>[a-z0-9](?:[a-z0-9/-]*[a-z0-9])?))(?<cancel>!?)(?:#(?<count>\d{1,15}))?$/;

export function parseGtoTag(tag: AnnotatedTag): GtoEvent | null {
  const found = TAG.exec(tag.name)?.groups;
  if (!found) return null;
  return {
    tag,
    model: found.model!,
    kind: found.version === undefined ? 'pointer' : 'version',
    subject: (found.version ?? found.pointer)!,
    cancel: found.cancel === '!',
    count: found.count === undefined ? null : Number(found.count),
  };
}

/** When a pointer came to a version, or was taken away (`version` null). */
export type PointerMove = {
  readonly version: string | null;
  readonly at: number;
  readonly by: string;
  readonly tag: string;
};

/** The state of one model as its tags say, in GTO's way: the latest by time counts, and then by counter. */
export type TagState = {
  /** version → the tag that registered it */
  readonly versions: ReadonlyMap<string, AnnotatedTag>;
  readonly deprecated: ReadonlySet<string>;
  /** pointer → where it was, newest first */
  readonly moves: ReadonlyMap<string, readonly PointerMove[]>;
  /** the highest counter, 0 before the first */
  readonly count: number;
  /** of the newest tag (ms) */
  readonly lastAt: number;
  readonly events: readonly GtoEvent[];
};

export const NO_TAGS: TagState = {
  versions: new Map(),
  deprecated: new Set(),
  moves: new Map(),
  count: 0,
  lastAt: 0,
  events: [],
};

/** The states of all models that some tag names. */
export function tagStates(tags: readonly AnnotatedTag[]): Map<string, TagState> {
  const events = tags.flatMap((tag) => parseGtoTag(tag) ?? []);
  const states = new Map<string, TagState>();
  for (const [model, own] of Map.groupBy(events, (event) => event.model)) states.set(model, stateOf(own));
  return states;
}

function stateOf(unsorted: readonly GtoEvent[]): TagState {
  const events = [...unsorted].sort((a, b) => a.tag.at - b.tag.at || (a.count ?? 0) - (b.count ?? 0));
  const versions = new Map<string, AnnotatedTag>();
  const deprecated = new Set<string>();
  const moves = new Map<string, PointerMove[]>();
  const onCommit = new Map<string, string[]>();
  for (const event of events.filter(({ kind }) => kind === 'version')) {
    if (event.cancel) deprecated.add(event.subject);
    else {
      deprecated.delete(event.subject);
      if (versions.has(event.subject)) continue;
      versions.set(event.subject, event.tag);
      onCommit.set(event.tag.commit, [...(onCommit.get(event.tag.commit) ?? []), event.subject]);
    }
  }
  for (const { subject, cancel, tag } of events.filter(({ kind }) => kind === 'pointer')) {
    const version = cancel ? null : versionOf(tag, onCommit.get(tag.commit) ?? []);
    // a pointer to a commit that is no version says nothing
    if (version === undefined) continue;
    const of = moves.get(subject) ?? [];
    moves.set(subject, of);
    of.unshift({ version, at: tag.at, by: tag.tagger.name, tag: tag.name });
  }
  const count = events.reduce((most, event) => Math.max(most, event.count ?? 0), 0);
  return { versions, deprecated, moves, count, lastAt: events.at(-1)?.tag.at ?? 0, events };
}

/** Of several versions on one commit the one that the message names, else the newest, as GTO takes it. */
function versionOf(tag: AnnotatedTag, versions: readonly string[]): string | undefined {
  if (versions.length < 2) return versions[0];
  const named = / version v(\S+)/.exec(tag.message)?.[1];
  return versions.find((one) => one === named) ?? [...versions].sort(compare).at(-1);
}

/** pointer → version, those that point to one now */
export function pointersNow({ moves }: TagState): Record<string, string> {
  const now: Record<string, string> = {};
  for (const [pointer, of] of moves) if (of[0]?.version) now[pointer] = of[0].version;
  return now;
}

/** GTO's own words, so that its users find what they know. */
export const gtoMessages = {
  register: (model: string, version: string): string => `Registering artifact ${model} version v${version}`,
  assign: (model: string, version: string, pointer: string): string =>
    `Assigning stage ${pointer} to artifact ${model} version v${version}`,
  unassign: (model: string, version: string, pointer: string): string =>
    `Unassigning stage ${pointer} from artifact ${model} version v${version}`,
  deregister: (model: string, version: string): string => `Deregistering artifact ${model} version v${version}`,
};
