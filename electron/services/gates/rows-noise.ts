import type { GateResult } from '../../../shared/contract/gates.ts';
import type { RecordedVersion } from '../models/ports.ts';
import { type Checking, Inconclusive, type Noise, said } from './evaluator.ts';
import type { GateOf } from './forms.ts';
import { type MeasuredRows, readRows } from './measured-rows.ts';
import { type Measure, measureNamed } from './measures.ts';
import { pairRows } from './pair-rows.ts';
import { bootstrapDifference, bootstrapValue, RESAMPLES } from './statistics/bootstrap.ts';
import { measureOf } from './statistics/statistic.ts';
import { allowingUnseen } from './statistics/unseen.ts';

type Metric = GateOf<'metric'>;
const LEVEL = 0.95;

/** A metric made of per-row results. @throws Inconclusive when the table or a column is missing */
export async function measureRows(gate: Metric, version: RecordedVersion, checking: Checking) {
  const { measure, rows, path } = await rowsOf(gate, version, checking);
  const value = measureOf(measure, rows);
  const count = rows.values.length;
  return {
    value,
    interval: async () => {
      const range = await bootstrapValue(measure, rows, LEVEL, checking.signal);
      const method = `bootstrap of ${said(count)} rows, ${said(RESAMPLES)} resamples`;
      const wider = allowingUnseen(measure, range, [rows], LEVEL);
      return wider
        ? { ...wider, method: `${said(count)} rows without an exception, Clopper and Pearson` }
        : { ...range, method };
    },
    evidence: (recorded: number | null): GateResult['evidence'] => [
      {
        label: 'Rows',
        text: `${measure} of ${said(count)} rows of ${path}${rows.every > 1 ? `, every ${rows.every}th` : ''}${
          recorded !== null && Math.abs(recorded - value) > 1e-6 * Math.max(1, Math.abs(value))
            ? `; the run itself recorded ${said(recorded)}`
            : ''
        }`,
        ref: { path, version: version.definition.version },
      },
    ],
  };
}

/** The bootstrap's interval of the difference to another version. @throws Inconclusive */
export async function rowsNoise(
  gate: Metric,
  own: RecordedVersion,
  other: RecordedVersion,
  checking: Checking,
): Promise<Noise> {
  const [a, b] = [await rowsOf(gate, own, checking), await rowsOf(gate, other, checking)];
  const pairs = pairRows(a.rows, b.rows);
  const paired = pairs.how !== null;
  const range = await bootstrapDifference(a.measure, pairs.own, pairs.other, paired, LEVEL, checking.signal);
  const difference = measureOf(a.measure, pairs.own) - measureOf(a.measure, pairs.other);
  if (!Number.isFinite(range.low) || !Number.isFinite(difference))
    throw new Inconclusive(`the rows of one have no ${a.measure} (rows without a number, or only one class).`);
  const wider = allowingUnseen(a.measure, range, [pairs.own, pairs.other], LEVEL);
  const [ours, theirs] = [a.rows.values.length, b.rows.values.length];
  const sizes = `${said(ours)} and ${said(theirs)} rows`;
  const all = pairs.rows === ours && pairs.rows === theirs;
  return {
    ...(wider ?? range),
    difference,
    same: paired && pairs.own.values.every((value, i) => value === pairs.other.values[i]),
    method: `${wider ? 'Clopper and Pearson, no exception in' : 'bootstrap of'} ${
      paired ? `${said(pairs.rows)} rows${all ? '' : ` (of ${sizes})`}, paired by ${pairs.how}` : `${sizes}, not paired`
    }`,
  };
}

const read = new WeakMap<Checking, Map<string, Promise<MeasuredRows>>>();

async function rowsOf(
  gate: Metric,
  version: RecordedVersion,
  checking: Checking,
): Promise<{ measure: Measure; rows: MeasuredRows; path: string }> {
  const measure = gate.measure ?? measureNamed(gate.metric);
  if (measure === null)
    throw new Inconclusive(
      `How ${gate.metric} comes from rows is not known. Add measure: to the gate, such as measure: mean with column:.`,
    );
  const path = gate.rows!;
  const key = gate.key === undefined ? null : [gate.key].flat();
  const { truth, prediction, score, positive, column } = gate;
  const columns = { truth, prediction, score, positive, column };
  const known = read.get(checking) ?? new Map<string, Promise<MeasuredRows>>();
  read.set(checking, known);
  const name = JSON.stringify([version.digest, path, measure, columns, key]);
  const rows =
    known.get(name) ??
    checking.table(version, path).then((session) => readRows(session, measure, columns, key, checking.signal));
  known.set(name, rows);
  return { measure, rows: await rows, path };
}
