import type { ChangeEvent, Topic } from '../../shared/contract/system.ts';

export type Events = {
  /** Says that something changed; empty `ids` means any of them. */
  changed(topic: Topic, project?: string, ids?: readonly string[]): void;
  subscribe(signal?: AbortSignal): AsyncGenerator<ChangeEvent, void, void>;
  /** For services of the host itself. Returns the way to stop. */
  listen(listener: (event: ChangeEvent) => void): () => void;
};

/** The one stream that tells clients what to ask for again. */
export function createEvents(): Events {
  const listeners = new Set<(event: ChangeEvent) => void>();
  return {
    changed(topic, project, ids = []) {
      const event: ChangeEvent = { topic, ids: [...ids], ...(project === undefined ? {} : { project }) };
      for (const listener of listeners) listener(event);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async *subscribe(signal) {
      const waiting: ChangeEvent[] = [{ topic: 'settings', ids: [] }];
      let wake: (() => void) | undefined;
      const listener = (event: ChangeEvent): void => {
        merge(waiting, event);
        wake?.();
      };
      const stop = (): void => wake?.();
      listeners.add(listener);
      signal?.addEventListener('abort', stop);
      try {
        while (!signal?.aborted) {
          const next = waiting.shift();
          if (next) yield next;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        listeners.delete(listener);
        signal?.removeEventListener('abort', stop);
      }
    },
  };
}

/** A slow client gets one event for many: ids of the same topic and project are joined while they wait. */
function merge(waiting: ChangeEvent[], event: ChangeEvent): void {
  const same = waiting.find((other) => other.topic === event.topic && other.project === event.project);
  if (!same) waiting.push(event);
  else if (same.ids.length === 0 || event.ids.length === 0) same.ids = [];
  else same.ids = [...new Set([...same.ids, ...event.ids])];
}
