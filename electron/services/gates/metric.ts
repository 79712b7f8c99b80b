import type { ModelDefinition } from '../../../shared/contract/models.ts';
import {
  againstBounds,
  type Checking,
  type Compared,
  type Found,
  Inconclusive,
  inWords,
  type Noise,
  recordedValue,
  said,
  slack,
} from './evaluator.ts';
import type { GateOf } from './forms.ts';
import { groupNoise } from './group-noise.ts';
import { lowerIsBetter } from './measures.ts';
import { measureRows, rowsNoise } from './rows-noise.ts';

type Metric = GateOf<'metric'>;
/** A metric against bounds, and against the version that an alias points to. */
export async function checkMetric(gate: Metric, checking: Checking): Promise<Found> {
  const title = titleOf(gate);
  const { own } = checking;
  const recorded = recordedValue(own.definition, gate.metric);
  const measured = gate.rows === undefined ? null : await measureRows(gate, own, checking);
  const value = measured ? measured.value : recorded;
  if (value === null)
    return {
      title,
      verdict: 'inconclusive',
      message: `This version has no metric "${gate.metric}"${near(own.definition, gate.metric)}. Log it in the run and register again.`,
    };
  const evidence = measured ? measured.evidence(recorded) : [];
  if (!Number.isFinite(value))
    return {
      title,
      verdict: 'fail',
      value: String(value),
      evidence,
      message: `${gate.metric} is ${value}, which is no measurement.`,
    };
  const parts: Pick<Found, 'verdict' | 'message'>[] = [];
  const { holds, bound } = boundsOf(gate, value);
  if (bound)
    parts.push({
      verdict: holds ? 'pass' : 'fail',
      message: `${gate.metric} is ${said(value)}, ${holds ? 'as asked' : 'but it must be'}: ${boundWords(gate)}.`,
    });
  const result: Found = { title, value, evidence, verdict: 'pass', message: '', bound };
  if (gate.not_worse_than !== undefined) {
    const compared = await checking.compared(gate.not_worse_than);
    parts.push(await compare(gate, value, compared, checking, result));
  }
  // the interval of the difference says more
  if (measured && !result.interval) result.interval = { of: 'value', ...(await measured.interval()), level: 0.95 };
  const order = { fail: 0, inconclusive: 1, pass: 2 };
  parts.sort((a, b) => order[a.verdict] - order[b.verdict]);
  return { ...result, verdict: parts[0]!.verdict, message: parts.map((part) => part.message).join(' ') };
}

async function compare(
  gate: Metric,
  value: number,
  compared: Compared,
  checking: Checking,
  result: Found,
): Promise<Pick<Found, 'verdict' | 'message'>> {
  const { alias } = compared;
  if (compared.state === 'none')
    return { verdict: 'pass', message: `There is no ${alias} yet, so there is nothing to be worse than.` };
  if (compared.state === 'itself')
    return { verdict: 'pass', message: `This version is the ${alias} itself, so it is not worse than it.` };
  const { version } = compared;
  const name = `${alias} ${version.definition.version}`;
  const recorded = recordedValue(version.definition, gate.metric);
  let theirs = recorded;
  let noise: Noise | null = null;
  try {
    if (gate.rows !== undefined) {
      theirs = (await measureRows(gate, version, checking)).value;
      noise = Number.isFinite(theirs) ? await rowsNoise(gate, checking.own, version, checking) : null;
    } else if (gate.over === 'group') noise = groupNoise(gate.metric, checking.project, checking.own, version);
  } catch (error) {
    if (!(error instanceof Inconclusive)) throw error;
    result.champion = { alias, version: version.definition.version, value: finite(recorded) };
    return { verdict: 'inconclusive', message: `Compared with ${name}: ${error.message}` };
  }
  result.champion = { alias, version: version.definition.version, value: finite(theirs) };
  if (theirs === null || !Number.isFinite(theirs))
    return {
      verdict: 'inconclusive',
      message: `${name} ${theirs === null ? 'has no such metric' : `has ${theirs} there`}, so the two cannot be compared. Register it again with the metric, or compare with another alias.`,
    };
  // what is computed says it better than what it is called: `{metric: quality, measure: rmse}`
  const told = gate.rows !== undefined && gate.measure !== undefined && gate.measure !== 'mean';
  const lower = gate.better === undefined ? lowerIsBetter(told ? gate.measure! : gate.metric) : gate.better === 'lower';
  const by = gate.by ?? 0;
  const allowed = by > 0 ? `by more than ${said(by)}` : 'at all';
  const has = `${name} has ${said(theirs)}`;
  if (noise === null) {
    const worse = lower ? value - theirs : theirs - value;
    const fine = worse <= by + slack(value, theirs);
    const words = worse <= slack(value, theirs) ? 'not worse' : `worse by ${said(worse)}`;
    return {
      verdict: fine ? 'pass' : 'fail',
      message: `${has}: this version (${said(value)}) is ${words}${fine && worse > slack(value, theirs) ? `, which is within ${said(by)}` : ''}.`,
    };
  }
  const { low, high, method } = noise;
  result.interval = { of: 'difference', low, high, level: 0.95, method };
  // the difference as "how much better": its low end is the worst that is plausible
  const [least, most] = lower ? [-high, -low] : [low, high];
  const range = `the difference of ${said(noise.difference)} lies between ${said(low)} and ${said(high)} (95 %, ${method})`;
  // what cannot be told from the champion is not held up for what no table could rule out; the interval says how much that is
  if (noise.same)
    return { verdict: 'pass', message: `${has}, and no row has another result; of rows that are not in it, ${range}.` };
  if (most < -by - slack(most))
    return { verdict: 'fail', message: `${has}, and ${range}: worse ${allowed}, beyond noise.` };
  if (least >= -by - slack(least)) return { verdict: 'pass', message: `${has}, and ${range}: not worse ${allowed}.` };
  return {
    verdict: 'inconclusive',
    message: `${has}, and ${range}: that it is worse ${allowed} is neither shown nor ruled out. More ${gate.rows ? 'rows' : 'runs'} would tell.`,
  };
}

function boundsOf(gate: Metric, value: number): ReturnType<typeof againstBounds> {
  if (gate.equals === undefined) return againstBounds(value, gate);
  const off = Math.abs(value - gate.equals);
  return { holds: off <= (gate.tolerance ?? 0) + slack(value), bound: { op: 'equals', value: gate.equals } };
}

const boundWords = (gate: Metric): string =>
  gate.equals === undefined
    ? inWords(gate)
    : `equal to ${said(gate.equals)}${gate.tolerance ? ` within ${said(gate.tolerance)}` : ''}`;

function titleOf(gate: Metric): string {
  const words = boundWords(gate);
  const than =
    gate.not_worse_than === undefined
      ? []
      : [
          `not worse than ${gate.not_worse_than}${gate.by ? ` by more than ${said(gate.by)}` : ''}${gate.over || gate.rows ? ' beyond noise' : ''}`,
        ];
  return `${gate.metric} ${[...(words === '' ? [] : [words]), ...than].join(', ')}`;
}

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

function near({ metrics }: ModelDefinition, wanted: string): string {
  const others = Object.keys(metrics);
  const like = others.filter((key) => key.toLowerCase().includes(wanted.toLowerCase()) || wanted.includes(key));
  return others.length === 0
    ? '; it has none at all'
    : `; it has: ${(like.length > 0 ? like : others).slice(0, 5).join(', ')}`;
}
