import type { AuditAction, AuditEvent } from '../../../shared/contract/audit.ts';

/** What each action is called, and whether it is good news, bad news or neither. */
export const ACTIONS: Record<AuditAction, { word: string; tone: 'good' | 'bad' | 'plain' }> = {
  registered: { word: 'Registered', tone: 'plain' },
  described: { word: 'Described', tone: 'plain' },
  'alias-set': { word: 'Alias set', tone: 'plain' },
  'alias-removed': { word: 'Alias removed', tone: 'plain' },
  'stage-set': { word: 'Stage set', tone: 'plain' },
  'stage-removed': { word: 'Stage removed', tone: 'plain' },
  deprecated: { word: 'Deprecated', tone: 'plain' },
  restored: { word: 'Restored', tone: 'plain' },
  requested: { word: 'Review requested', tone: 'plain' },
  withdrawn: { word: 'Request withdrawn', tone: 'plain' },
  approved: { word: 'Approved', tone: 'good' },
  rejected: { word: 'Rejected', tone: 'bad' },
  signed: { word: 'Signed', tone: 'good' },
  pushed: { word: 'Pushed', tone: 'good' },
  'push-failed': { word: 'Push failed', tone: 'bad' },
  pulled: { word: 'Pulled', tone: 'plain' },
  'rolled-back': { word: 'Rolled back', tone: 'bad' },
  erased: { word: 'Erased', tone: 'plain' },
};

/** The reason for approving although a gate failed; null without one. */
export function overrideOf({ data }: Pick<AuditEvent, 'data'>): string | null {
  return typeof data.override === 'string' && data.override !== '' ? data.override : null;
}

const LONG = 120;
const DIGEST = /^(?:sha256:)?[0-9a-f]{40,}$/;

/** The event's data as short pairs for one line: digests shortened, long texts cut, people by name, lists with commas. The full text is for the open row. */
export function dataWords({ data }: Pick<AuditEvent, 'data'>): { key: string; value: string }[] {
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => {
      const text = textOf(value);
      const short = DIGEST.test(text) ? text.replace('sha256:', '').slice(0, 12) : text;
      return { key, value: short.length > LONG ? `${short.slice(0, LONG)}…` : short };
    });
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  const { name } = Object(value) as { name?: unknown };
  return typeof name === 'string' ? name : JSON.stringify(value);
}
