import type { GateResult } from '../../shared/contract/gates.ts';
import type { VersionRow } from '../../shared/contract/models.ts';
import { formatBytes, formatNumber } from './format.ts';

/** How models, gates and reviews are spoken of, on every page alike. Pure. */

/** How loud a mark is. */
export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'muted';

type Marked = { words: string; tone: Tone; detail: string };

const VERDICTS = {
  pass: { words: 'Pass', tone: 'good' },
  fail: { words: 'Fail', tone: 'bad' },
  inconclusive: { words: 'Inconclusive', tone: 'warn' },
} as const;

/** A gate's verdict, as a word and its tone. */
export const verdictWords = (verdict: keyof typeof VERDICTS): { words: string; tone: Tone } => VERDICTS[verdict];

/** The newest evaluation of a version in a few words: `4 of 5 pass`. */
export function gatesWords(gates: VersionRow['gates']): Marked {
  if (!gates) return { words: 'Not checked', tone: 'muted', detail: 'Its gates were never checked.' };
  const { verdict, passed, total } = gates;
  if (total === 0) return { words: 'No gates', tone: 'muted', detail: 'assay.yaml declares no gate for it.' };
  const { tone } = VERDICTS[verdict];
  const words = `${passed} of ${total} pass`;
  const detail =
    verdict === 'fail' ? 'A gate fails.' : verdict === 'inconclusive' ? 'A gate cannot decide.' : 'Every gate passes.';
  return { words, tone, detail };
}

/** Where a version stands with the people, and for whom it waits. */
export function approvalWords(row: Pick<VersionRow, 'approval' | 'overridden' | 'waitingFor'>): Marked {
  const waits = row.waitingFor.join(', ');
  switch (row.approval) {
    case 'none':
      return { words: 'Not asked', tone: 'muted', detail: 'No review was requested.' };
    case 'requested':
      return { words: waits ? `Waits for ${waits}` : 'In review', tone: 'warn', detail: 'Its review is open.' };
    case 'rejected':
      return { words: 'Rejected', tone: 'bad', detail: 'A reviewer rejected it.' };
    case 'approved':
      return row.overridden
        ? { words: 'Approved, overridden', tone: 'bad', detail: 'Approved although a gate failed.' }
        : { words: 'Approved', tone: 'good', detail: 'Approved by its reviewers.' };
  }
}

/** A metric as a table shows it: numbers in four digits, anything else as it is written. */
export function metricText(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'number' ? formatNumber(value) : value;
}

/** A difference with its sign: `+0.012`, `−3`; equal is `±0`. */
export function signedNumber(delta: number): string {
  if (delta === 0) return '±0';
  return delta < 0 ? `−${formatNumber(-delta)}` : `+${formatNumber(delta)}`;
}

/** Any JSON value in one line: texts as they are, the rest as JSON. */
export function jsonText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : typeof value === 'number' ? formatNumber(value) : JSON.stringify(value);
}

const OPS: Record<NonNullable<GateResult['bound']>['op'], string> = {
  min: '≥',
  max: '≤',
  equals: '=',
  between: 'in',
  'one of': 'one of',
  exists: 'exists',
};

/** A bound as it is read beside a number: `≥ 0.9`, `in 1 … 5`, `one of MIT, Apache-2.0`; '' without one. */
export function boundText(bound: GateResult['bound'], unit: string | null = null): string {
  if (!bound) return '';
  const { op, value } = bound;
  if (op === 'exists') return 'must exist';
  const join = op === 'between' ? ' … ' : ', ';
  const write = (one: unknown): string =>
    unit === 'bytes' && typeof one === 'number' ? formatBytes(one) : jsonText(one);
  const text = Array.isArray(value) ? value.map(write).join(join) : write(value);
  return `${OPS[op]} ${text}${unit && unit !== 'bytes' ? ` ${unit}` : ''}`;
}

/** A measured value with its unit; '–' when nothing could be measured. */
export function valueText(value: GateResult['value'], unit: string | null): string {
  if (unit === 'bytes' && typeof value === 'number') return formatBytes(value);
  const text = metricText(value);
  return value === null || unit === null ? text : `${text} ${unit}`;
}

const MODEL_FILE =
  /\.(pkl|pickle|joblib|pt|pth|ckpt|onnx|safetensors|gguf|ubj|xgb|bst|lgb|keras|h5|tflite|mlmodel)$|(^|\/)model\.(json|txt|bin|ubj)$/i;

/** Whether a path's name is that of a model. A hint for buttons only; what a file is, its header says. */
export const looksLikeModel = (path: string): boolean => MODEL_FILE.test(path);

/**
 * Order of semantic versions as SemVer 2.0.0 §11 has it, oldest first: numbers as numbers, a pre-release before its release.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  for (let i = 0; i < 3; i++) {
    const by = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (by !== 0) return by;
  }
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (let i = 0; i < Math.max(left.pre.length, right.pre.length); i++) {
    const [x, y] = [left.pre[i], right.pre[i]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const by = comparePart(x, y);
    if (by !== 0) return by;
  }
  return 0;
}

function split(version: string): { numbers: number[]; pre: string[] } {
  const dash = version.indexOf('-');
  const core = dash < 0 ? version : version.slice(0, dash);
  return { numbers: core.split('.').map(Number), pre: dash < 0 ? [] : version.slice(dash + 1).split('.') };
}

function comparePart(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (x && y) return Number(a) - Number(b);
  if (x !== y) return x ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
