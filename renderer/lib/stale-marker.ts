import type { QueryClient } from '@tanstack/react-query';
import type { ChangeEvent } from '../../shared/contract/system.ts';
import { isStale } from './stale.ts';

/**
 * Marks the queries that events make stale, at most once per `intervalMs` and only when the page is painted.
 * One that is being fetched at that moment is marked again afterwards: its answer may be older than the change, and cancelling it at
 * every event would starve a slow query.
 * @param frame runs its argument with the next painted frame
 */
export function createMarker(
  queries: QueryClient,
  pace: 'now' | 'slow',
  intervalMs: number,
  frame: (paint: () => void) => void = requestAnimationFrame,
): (event: ChangeEvent) => void {
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
        if (query.state.fetchStatus === 'fetching') again.add(query.queryHash);
        return query.state.fetchStatus !== 'fetching';
      },
    });
    if (again.size > 0) schedule();
  }
  function schedule(): void {
    if (timer === undefined) timer = setTimeout(() => frame(flush), intervalMs);
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
