import type { GateResult } from '../../../shared/contract/gates.ts';
import { cardSections } from '../models/card/service.ts';
import type { OpenChecking } from './checking.ts';
import { checkCommand } from './command.ts';
import { checkData } from './data.ts';
import { checkDataDiff } from './data-diff.ts';
import type { NamedGate } from './declared.ts';
import { type Found, whyInconclusive } from './evaluator.ts';
import { type Gate, kindOf } from './forms.ts';
import { checkLatency } from './latency.ts';
import { checkMetric } from './metric.ts';
import { checkCard, checkFiles, checkLicence, checkReview, checkSize } from './plain.ts';
import { checkSlice } from './slice.ts';
import { titleOf } from './title.ts';

/** Why a card is stale, by sentences; null when nobody can tell. */
export type Stale = () => Promise<readonly string[] | null>;

/** One gate's result. What it needs and cannot have makes it inconclusive. @throws what stops the whole check */
export async function evaluate({ id, gate }: NamedGate, checking: OpenChecking, stale: Stale): Promise<GateResult> {
  let found: Found;
  try {
    found = await check(gate, checking, stale);
  } catch (error) {
    found = { title: titleOf(gate), verdict: 'inconclusive', message: whyInconclusive(error) };
  }
  return {
    id,
    kind: kindOf(gate),
    ...(gate.why === undefined ? {} : { why: gate.why }),
    ...(gate.severity === undefined ? {} : { severity: gate.severity }),
    value: null,
    unit: null,
    bound: null,
    champion: null,
    interval: null,
    evidence: [],
    slices: [],
    ...found,
  };
}

async function check(gate: Gate, checking: OpenChecking, stale: Stale): Promise<Found> {
  if ('metric' in gate) return checkMetric(gate, checking);
  if ('slice' in gate) return checkSlice(gate, checking);
  if ('data' in gate) return checkData(gate, checking, (_, path, hash) => checking.openData(path, hash));
  if ('data_diff' in gate) return checkDataDiff(gate, checking);
  if ('size' in gate) return checkSize(gate, checking);
  if ('latency' in gate) return checkLatency(gate, checking);
  if ('files' in gate) return checkFiles(gate, checking);
  if ('licence' in gate) return checkLicence(gate, checking);
  if ('command' in gate) return checkCommand(gate, checking);
  if ('review' in gate) return checkReview(gate, checking);
  const { model, version } = checking.own.definition;
  return checkCard(gate, cardSections(checking.project.root, model, version), gate.fresh ? await stale() : null);
}
