import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ChangeEvent } from '../../shared/contract/system.ts';
import { client } from './client.ts';
import { connection } from './connection.ts';
import { createMarker } from './stale-marker.ts';

const NOW_MS = 160;
const SLOW_MS = 400;

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

/**
 * Follows the host's stream of changes for as long as the page lives: marks queries stale (about six times a second at most; tables
 * follow metrics two or three times a second), subscribes again after a lost line, and then asks for everything anew. Call once.
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
