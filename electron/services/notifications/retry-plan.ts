/** Between attempts: 10 s, 20 s, 40 s … at most an hour, a little scattered. */
const BASE_MS = 10_000;
const MAX_MS = 3_600_000;
/** After a day nobody waits for the message any more. */
const GIVE_UP_MS = 86_400_000;

/**
 * When to try again; null to give up.
 * @param attempts made so far, at least 1
 * @param since when it was tried first
 * @param afterMs what the receiver asked for
 * @param random from 0 to 1
 */
export function nextAttempt(
  { attempts, since, now }: { attempts: number; since: number; now: number },
  afterMs: number | null,
  random = Math.random(),
): number | null {
  if (now - since >= GIVE_UP_MS) return null;
  const grown = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(20, attempts - 1)) * (0.75 + random / 4);
  return Math.round(now + Math.max(grown, afterMs ?? 0));
}
