import { GATES, type Gate, type GateKey } from './forms.ts';

/** A gate in a few words, from what was declared: `accuracy min 0.9`, `data train unique [id]`. */
export function titleOf(gate: Gate): string {
  const own = gate as Readonly<Record<string, unknown>>;
  const kind = (Object.keys(GATES) as GateKey[]).find((key) => Object.hasOwn(own, key))!;
  const text = (value: unknown): string =>
    Array.isArray(value)
      ? value.map(String).join(' ')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  const rest = Object.entries(own)
    .filter(([key]) => key !== kind && !['id', 'why', 'severity'].includes(key))
    .map(([key, value]) => `${key.replaceAll('_', ' ')} ${text(value)}`);
  const subject = kind === 'metric' ? text(own[kind]) : `${kind.replace('_', ' ')} ${text(own[kind])}`;
  return [subject, ...rest].join(', ').slice(0, 300);
}
