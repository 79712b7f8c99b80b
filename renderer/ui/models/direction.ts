import type { GateResult } from '../../../shared/contract/gates.ts';

/** Whether more of a metric is better, as the gates about it say; null when none says so. Pure. */
export function directionOf(key: string, gates: readonly GateResult[]): 'up' | 'down' | null {
  const about = gates.find((gate) => gate.kind === 'metric' && (gate.id === `metric:${key}` || subject(gate) === key));
  if (about?.bound?.op === 'min') return 'up';
  if (about && !about.bound && about.verdict === 'fail') return awayFromChampion(about);
  return about?.bound?.op === 'max' ? 'down' : null;
}

/** A gate against the champion that fails says by its difference which way is worse. */
function awayFromChampion({ value, champion }: GateResult): 'up' | 'down' | null {
  const other = champion?.value;
  if (typeof value !== 'number' || typeof other !== 'number' || value === other) return null;
  return value < other ? 'up' : 'down';
}

const subject = (gate: GateResult): string => gate.title.split(/\s/)[0] ?? '';

/** Whether a difference is for the better; null when it is none, or when nobody said what is better. */
export function isBetter(delta: number | null, direction: 'up' | 'down' | null): boolean | null {
  if (delta === null || delta === 0 || Number.isNaN(delta) || direction === null) return null;
  return direction === 'up' ? delta > 0 : delta < 0;
}
