import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AuditEvent } from '../../../shared/contract/audit.ts';
import { auditFolder } from '../models/layout.ts';
import { sha256 } from './canonical.ts';
import { chainName, hashOf, linesOf, MAX_CHAIN_BYTES } from './chain.ts';
import { writersOf } from './tail.ts';

type Cached = { mark: string; events: readonly AuditEvent[] };

/**
 * Reads the events of all chains, oldest first; a chain is parsed again only when its file changed. Lines that are no events, or whose content
 * does not give their hash, are passed over, so that nothing is decided by them: `verify` names them.
 */
export function createEventReader() {
  const chains = new Map<string, Cached>();
  const merged = new Map<string, Cached>();

  const chain = (path: string): Cached => {
    const stat = statSync(path, { throwIfNoEntry: false });
    const mark = stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : '';
    const known = chains.get(path);
    if (known?.mark === mark) return known;
    const events = stat && stat.size <= MAX_CHAIN_BYTES ? parse(readFileSync(path, 'utf8')) : [];
    const read = { mark, events };
    chains.set(path, read);
    return read;
  };

  return (root: string): readonly AuditEvent[] => {
    const folder = auditFolder(root);
    const all = writersOf(folder).map((writer) => ({ writer, ...chain(join(folder, chainName(writer))) }));
    const mark = all.map((one) => `${one.writer} ${one.mark}`).join('\n');
    const known = merged.get(root);
    if (known?.mark === mark) return known.events;
    const events = inOrder(all.map((one) => one.events));
    merged.set(root, { mark, events });
    return events;
  };
}

function parse(text: string): AuditEvent[] {
  return linesOf(text).lines.flatMap((line) => {
    try {
      const event = AuditEvent.parse(JSON.parse(line));
      return isItself(event, line) ? [event] : [];
    } catch {
      return [];
    }
  });
}

/** A line as Assay writes it is canonical, so that it only lacks its hash to be what the hash is of; another one is written anew first. */
const isItself = (event: AuditEvent, line: string): boolean =>
  sha256(event.prev + line.replace(`"hash":"${event.hash}",`, '')) === event.hash || hashOf(event) === event.hash;

/**
 * Puts chains together: by time, but an event never before those that its writer had seen, whatever the clocks of two machines say.
 */
function inOrder(chains: readonly (readonly AuditEvent[])[]): AuditEvent[] {
  const place = new Map<string, readonly [chain: number, index: number]>();
  for (const [c, events] of chains.entries()) for (const [i, { hash }] of events.entries()) place.set(hash, [c, i]);
  const next = chains.map(() => 0);
  const ready = ({ seen }: AuditEvent): boolean =>
    Object.values(seen).every((hash) => {
      const [c, i] = place.get(hash) ?? [0, -1];
      return next[c]! > i;
    });
  const ordered: AuditEvent[] = [];
  for (;;) {
    const open = chains.flatMap((events, c) => (next[c]! < events.length ? [{ c, event: events[next[c]!]! }] : []));
    if (open.length === 0) return ordered;
    const fit = open.filter(({ event }) => ready(event));
    const first = (fit.length > 0 ? fit : open).reduce((a, b) => (b.event.at < a.event.at ? b : a));
    ordered.push(first.event);
    next[first.c]!++;
  }
}
