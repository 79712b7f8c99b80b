import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ChangeEvent } from '../../shared/contract/system.ts';
import { client } from './client.ts';
import { connection } from './connection.ts';
import { isStale } from './stale.ts';

const NOW_MS = 160;
const SLOW_MS = 1000;

const listeners = new Set<(event: ChangeEvent) => void>();

/** Hears every change, as it comes. For the few views that fetch piece by piece (a log that is followed). Returns the way to stop. */
export function onChange(listener: (event: ChangeEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `onChange` for a component; the newest `listener` is called. */
export function useChanges(listener: (event: ChangeEvent) => void): void {
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(() => onChange((event) => newest.current(event)), []);
}

/** Marks queries stale at most once per `intervalMs`, and comes back for those that were just being fetched. */
function createMarker(queries: QueryClient, pace: 'now' | 'slow', intervalMs: number) {
  let waiting = new Map<string, ChangeEvent>();
  let again = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    const events = [...waiting.values()];
    const hashes = again;
    waiting = new Map();
    again = new Set();
    void queries.invalidateQueries({
      predicate: (query) => {
        if (!hashes.has(query.queryHash) && !events.some((event) => isStale(event, query.queryKey, pace))) return false;
        // An answer on its way may be older than the change, and cancelling it at every event would starve a slow query.
        if (query.state.fetchStatus === 'fetching') again.add(query.queryHash);
        return query.state.fetchStatus !== 'fetching';
      },
    });
    if (again.size > 0) schedule();
  }
  function schedule(): void {
    if (timer === undefined) timer = setTimeout(() => requestAnimationFrame(flush), intervalMs);
  }
  return (event: ChangeEvent): void => {
    const name = `${event.topic} ${event.project ?? ''}`;
    waiting.set(name, joined(waiting.get(name), event));
    schedule();
  };
}

/** A page in the background does not flush, so its events are joined while they wait. */
function joined(before: ChangeEvent | undefined, event: ChangeEvent): ChangeEvent {
  if (!before) return event;
  const any = before.ids.length === 0 || event.ids.length === 0;
  return { ...event, ids: any ? [] : [...new Set([...before.ids, ...event.ids])] };
}

/**
 * Follows the host's stream of changes for as long as the page lives: marks queries stale (about six times a second at most; tables
 * follow metrics once a second), subscribes again after a lost line, and then asks for everything anew. Call once.
 */
export async function followEvents(queries: QueryClient): Promise<never> {
  const now = createMarker(queries, 'now', NOW_MS);
  const slow = createMarker(queries, 'slow', SLOW_MS);
  let missed = false;
  for (;;) {
    const generation = connection.generation;
    try {
      for await (const event of await client.system.events()) {
        if (missed) void queries.invalidateQueries();
        missed = false;
        now(event);
        slow(event);
        for (const listener of listeners) listener(event);
      }
    } catch {
      // The line was lost, or the host is not up yet; both end in the wait below.
    }
    missed = connection.generation > 0;
    if (connection.state === 'open' && connection.generation === generation) await pause(NOW_MS);
    else await reopened(generation);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function reopened(after: number): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (connection.state !== 'open' || connection.generation === after) return;
      stop?.();
      resolve();
    };
    const stop: (() => void) | undefined = connection.subscribe(check);
    check();
  });
}
