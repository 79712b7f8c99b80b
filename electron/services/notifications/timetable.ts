import type { Clock } from '../../platform/clock.ts';

type Deps = {
  clock: Clock;
  /** of every project, when its next message is due; null when none waits */
  due(): { id: string; at: number | null }[];
  onDue(project: string): void;
};

/** How often it looks for what other processes (a terminal without a network) have left. */
const LOOK_MS = 30_000;

/** Wakes up when a message is due. Holds no process open. */
export function createTimetable({ clock, due, onDue }: Deps) {
  let timer: NodeJS.Timeout | undefined;
  let disposed = false;

  const look = (): void => {
    if (disposed) return;
    clearTimeout(timer);
    const now = clock.now();
    let wait = LOOK_MS;
    for (const { id, at } of due()) {
      if (at === null) continue;
      if (at <= now) onDue(id);
      else wait = Math.min(wait, at - now);
    }
    timer = setTimeout(look, wait);
    timer.unref();
  };
  // after the services are there: projects are opened on the way
  timer = setTimeout(look, 1000);
  timer.unref();

  return {
    /** Something may be due sooner now. */
    look,
    dispose(): void {
      disposed = true;
      clearTimeout(timer);
    },
  };
}
