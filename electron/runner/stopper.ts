import { killGroup } from '../platform/process.ts';
import { groupLives } from './tree.ts';

const LOOK_EVERY_MS = 50;

/**
 * Turns SIGTERM and SIGINT to the runner into TERM to the command's group and, after the grace, KILL; a second signal kills at once.
 * A signal that comes before the command has started is kept until it has.
 */
export function createStopper(graceSeconds: number) {
  let group: number | null = null;
  let asked = 0;
  let deadline = Number.POSITIVE_INFINITY;

  const act = (): void => {
    if (group === null || asked === 0) return;
    if (asked > 1) {
      killGroup(group, 'SIGKILL');
      return;
    }
    deadline = Date.now() + graceSeconds * 1000;
    killGroup(group, 'SIGTERM');
    setTimeout(() => killGroup(group!, 'SIGKILL'), graceSeconds * 1000).unref();
  };
  const onSignal = (): void => {
    asked++;
    act();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);

  return {
    /** The command runs and leads this group. */
    leads(pgid: number): void {
      group = pgid;
      act();
    },
    /**
     * Resolves when the command's end may be recorded: at once for one that ended by itself (what it left running on purpose stays), after
     * the rest of its group is gone for one that was stopped.
     */
    async finished(): Promise<void> {
      const lives = (): boolean => groupLives(group!, (pgid) => killGroup(pgid, 0));
      while (asked > 0 && lives()) {
        if (Date.now() >= deadline || asked > 1) {
          killGroup(group!, 'SIGKILL');
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    },
  };
}
