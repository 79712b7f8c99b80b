import type { GateResult } from '../../../shared/contract/gates.ts';
import type { ApprovalState, ModelDefinition, ModelFile, Verdict } from '../../../shared/contract/models.ts';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import type { Located } from '../datasets/located.ts';
import type { RecordedVersion } from '../models/ports.ts';
import type { OpenProject } from '../projects/open-project.ts';
import type { Session } from '../tables/session.ts';
import type { Exported } from './exported.ts';

/** What a gate found, before it is named. What is left out is null or empty. */
export type Found = Pick<GateResult, 'title' | 'verdict' | 'message'> &
  Partial<Pick<GateResult, 'value' | 'unit' | 'bound' | 'champion' | 'interval' | 'evidence' | 'slices'>>;

/** What a version is compared with: the version that an alias points to, or none yet. */
export type Compared =
  | { readonly state: 'none'; readonly alias: string }
  | { readonly state: 'itself'; readonly alias: string }
  | { readonly state: 'other'; readonly alias: string; readonly version: RecordedVersion };

/** All that gates may look at while one version is checked. */
export type Checking = {
  readonly project: OpenProject;
  readonly own: RecordedVersion;
  /** the alias that gates compare with when they name none */
  readonly championAlias: string;
  readonly signal: AbortSignal;
  compared(alias: string): Promise<Compared>;
  /** A table among a version's evidence or files, open for reading. @throws Inconclusive when it is not there */
  table(version: RecordedVersion, path: string): Promise<Session>;
  /** The bytes of a version's data on this machine. @throws AppError NOT_FOUND */
  locate(path: string, hash: string): Promise<Located>;
  /** The version's files in a temporary folder, made once. @throws Inconclusive when they are not on this machine */
  exported(): Promise<Exported>;
  /** the interpreter that the word `python` stands for */
  python(): Promise<string | null>;
  approval(): Promise<ApprovalState>;
  fileOf(file: ModelFile): string | null;
};

/** Thrown by what a gate needs and cannot have; the message says what to do. */
export class Inconclusive extends Error {}

/** The message of an error that makes a gate inconclusive; others are thrown on. */
export function whyInconclusive(error: unknown): string {
  if (error instanceof Inconclusive) return error.message;
  const stops: ErrorCode[] = ['CANCELLED', 'INTERNAL_SERVER_ERROR'];
  if (error instanceof AppError && !stops.includes(error.code)) return error.message;
  throw error;
}

/** Fail before inconclusive before pass. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes('fail') ? 'fail' : verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

/** A number as a sentence shows it: six significant digits. */
export function said(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(6)));
}

/** Differences of a rounding's size are none: 0.9 is not more than 0.005 below 0.905. */
export const slack = (...values: number[]): number => 1e-12 * Math.max(1, ...values.map(Math.abs));

type Bounds = { readonly min?: number | undefined; readonly max?: number | undefined };

/** The verdict of a number against bounds, the bound as results show it, and its words (`at least 0.9`). NaN and infinities never pass. */
export function againstBounds(value: number, { min, max }: Bounds): { holds: boolean; bound: GateResult['bound'] } {
  const holds =
    Number.isFinite(value) &&
    (min === undefined || value >= min - slack(value, min)) &&
    (max === undefined || value <= max + slack(value, max));
  return { holds, bound: boundOf({ min, max }) };
}

export function boundOf({ min, max }: Bounds): GateResult['bound'] {
  if (min !== undefined && max !== undefined) return { op: 'between', value: [min, max] };
  if (min !== undefined) return { op: 'min', value: min };
  return max === undefined ? null : { op: 'max', value: max };
}

export function inWords({ min, max }: Bounds, unit = ''): string {
  const parts = [
    ...(min === undefined ? [] : [`at least ${said(min)}${unit}`]),
    ...(max === undefined ? [] : [`at most ${said(max)}${unit}`]),
  ];
  return parts.join(' and ');
}

/** The last value that the run logged; NaN and infinities as themselves; null without one. */
export function recordedValue({ metrics }: ModelDefinition, key: string): number | null {
  const value = Object.hasOwn(metrics, key) ? metrics[key]! : null;
  return value === null ? null : Number(value);
}

/** The interval of a difference to the compared version, and where it comes from. */
export type Noise = {
  readonly low: number;
  readonly high: number;
  readonly difference: number;
  readonly method: string;
  /** every row has the same result in both */
  readonly same?: boolean;
};
