import type { GateResult } from '../../../shared/contract/gates.ts';

/** A gate's numbers as places on a line from 0 to 1; null when it has no number to show. Pure. */
export type Scale = {
  value: number;
  /** where the value may lie, by the bound; null without one that can be drawn */
  allowed: { from: number; to: number } | null;
  /** edges of `allowed` that are bounds, not ends of the line */
  edges: number[];
  interval: { from: number; to: number } | null;
  champion: number | null;
  /** the numbers at the ends of the line */
  low: number;
  high: number;
};

const ROOM = 0.14;

/**
 * Lays out value, bound, interval and champion on one line. An interval of the difference to the champion is drawn around the champion's
 * value plus that difference, so that everything shares one unit.
 */
export function scaleOf(gate: Pick<GateResult, 'value' | 'bound' | 'champion' | 'interval'>): Scale | null {
  if (typeof gate.value !== 'number' || !Number.isFinite(gate.value)) return null;
  const { value } = gate;
  const champion = finite(gate.champion?.value);
  const shift = gate.interval?.of === 'difference' ? champion : 0;
  const interval =
    gate.interval && shift !== null ? { low: gate.interval.low + shift, high: gate.interval.high + shift } : null;
  const bounds = boundsOf(gate.bound);
  const all = [value, champion, interval?.low, interval?.high, bounds?.min, bounds?.max].filter(
    (one): one is number => typeof one === 'number' && Number.isFinite(one),
  );
  if (all.length < 2) return null;
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least || Math.abs(most) || 1) * ROOM;
  const [low, high] = [least - room, most + room];
  const place = (number: number): number => (Math.min(high, Math.max(low, number)) - low) / (high - low);
  return {
    value: place(value),
    allowed: bounds && {
      from: bounds.min === null ? 0 : place(bounds.min),
      to: bounds.max === null ? 1 : place(bounds.max),
    },
    edges: [bounds?.min, bounds?.max].filter((one): one is number => typeof one === 'number').map(place),
    interval: interval && { from: place(interval.low), to: place(interval.high) },
    champion: champion === null ? null : place(champion),
    low,
    high,
  };
}

const finite = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

function boundsOf(bound: GateResult['bound']): { min: number | null; max: number | null } | null {
  if (!bound) return null;
  const { op, value } = bound;
  if (op === 'between') {
    const [min, max] = Array.isArray(value) ? value : [];
    return finite(min) === null && finite(max) === null ? null : { min: finite(min), max: finite(max) };
  }
  const edge = finite(value);
  if (edge === null) return null;
  if (op === 'min') return { min: edge, max: null };
  if (op === 'max') return { min: null, max: edge };
  return op === 'equals' ? { min: edge, max: edge } : null;
}
