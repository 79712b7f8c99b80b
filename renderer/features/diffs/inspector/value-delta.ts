import { formatDuration, fullNumber } from '../../../lib/format.ts';

export type Delta = { absolute: string; relative: string | null };

const INTEGER = /^[+-]?\d+$/;

/** How two numbers differ: exactly for integers of any size, else as doubles. Null when one is no number. */
export function numberDelta(old: string, now: string): Delta | null {
  if (old.trim() === '' || now.trim() === '') return null;
  const [a, b] = [Number(old), Number(now)];
  if (!Number.isFinite(a) || !Number.isFinite(b)) return null;
  const absolute =
    INTEGER.test(old) && INTEGER.test(now) ? withSign(String(BigInt(now) - BigInt(old))) : withSign(tidy(b - a, a, b));
  return { absolute, relative: a === 0 ? null : `${withSign(tidyPercent((100 * (b - a)) / Math.abs(a)))} %` };
}

/** A difference without the digits that only the binary form has: 0.3 − 0.1 is 0.2. */
function tidy(value: number, ...from: readonly number[]): string {
  const size = Math.max(...from.map(Math.abs), Number.MIN_VALUE);
  const digits = Math.max(
    1,
    Math.min(15, 15 - Math.floor(Math.log10(size / Math.max(Math.abs(value), Number.MIN_VALUE)))),
  );
  return fullNumber(Number(value.toPrecision(digits)));
}

function tidyPercent(value: number): string {
  return fullNumber(Number(value.toPrecision(4)));
}

function withSign(text: string): string {
  return text.startsWith('-') ? `−${text.slice(1)}` : /^0(\.0*)?$/.test(text) ? text : `+${text}`;
}

const TIME = /^(\d{4,6}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** Milliseconds since 1970 of a date or time as tables write it; a time without a zone counts as UTC. Null when it is none. */
export function timeOf(text: string): number | null {
  const match = TIME.exec(text.trim());
  if (!match) return null;
  const [, date, time = '00:00:00', zone = 'Z'] = match;
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
  const ms = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time.replace(/(\.\d{3})\d+$/, '$1')}${offset}`);
  return Number.isNaN(ms) ? null : ms;
}

/** How far apart two times are: `+1h 00m`; null when one is none. */
export function timeDelta(old: string, now: string): string | null {
  const [a, b] = [timeOf(old), timeOf(now)];
  if (a === null || b === null) return null;
  return a === b ? '0' : `${b > a ? '+' : '−'}${formatDuration(Math.abs(b - a))}`;
}
