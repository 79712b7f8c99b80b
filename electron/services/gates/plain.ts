import { formatBytes } from '../../../shared/format-bytes.ts';
import { parseBytes } from './bytes.ts';
import { boundOf, type Checking, type Found } from './evaluator.ts';
import type { GateOf } from './forms.ts';
import { matches } from './pattern.ts';
import { isAllowed } from './spdx.ts';

/** Bytes of all files, or of those that a pattern names. */
export function checkSize(gate: GateOf<'size'>, { own }: Checking): Found {
  const files = own.definition.files.filter(({ path }) => gate.size === 'model' || matches(gate.size, path));
  const min = gate.min === undefined ? undefined : parseBytes(gate.min)!;
  const max = gate.max === undefined ? undefined : parseBytes(gate.max)!;
  const words = [
    ...(min === undefined ? [] : [`at least ${formatBytes(min)}`]),
    ...(max === undefined ? [] : [`at most ${formatBytes(max)}`]),
  ].join(' and ');
  const title = `Size of ${gate.size === 'model' ? 'the model' : gate.size} ${words}`;
  if (files.length === 0) return { title, verdict: 'inconclusive', message: `No file fits "${gate.size}".` };
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const fits = (min === undefined || size >= min) && (max === undefined || size <= max);
  return {
    title,
    verdict: fits ? 'pass' : 'fail',
    value: size,
    unit: 'bytes',
    bound: boundOf({ min, max }),
    message: `${files.length} ${files.length === 1 ? 'file has' : 'files have'} ${formatBytes(size)}, ${fits ? 'as asked' : 'but must have'}: ${words}.`,
  };
}

/** Every pattern names a file. */
export function checkFiles(gate: GateOf<'files'>, { own }: Checking): Found {
  const missing = gate.files.filter((pattern) => !own.definition.files.some(({ path }) => matches(pattern, path)));
  return {
    title: `Files ${gate.files.join(', ')}`,
    verdict: missing.length === 0 ? 'pass' : 'fail',
    value: `${gate.files.length - missing.length} of ${gate.files.length}`,
    bound: { op: 'exists', value: gate.files },
    message: missing.length === 0 ? 'Every file that is asked for is there.' : `No file fits ${missing.join(', ')}.`,
  };
}

/** The definition's licence is one of a list. */
export function checkLicence(gate: GateOf<'licence'>, { own }: Checking): Found {
  const { licence } = own.definition;
  const title = `Licence ${gate.licence.join(', ')}`;
  const bound = { op: 'one of' as const, value: gate.licence };
  if (licence === null)
    return {
      title,
      bound,
      verdict: 'inconclusive',
      message: 'The version names no licence. Register it again with --licence.',
    };
  const allowed = isAllowed(licence, gate.licence);
  const verdict = allowed === null ? 'inconclusive' : allowed ? 'pass' : 'fail';
  const why = { pass: 'is allowed', fail: 'is not allowed', inconclusive: 'is no SPDX expression' }[verdict];
  return { title, bound, verdict, value: licence, message: `Its licence ${licence} ${why}.` };
}

/** Sections of the card that people write hold something; with `fresh`, nothing changed since it was written. */
export function checkCard(
  gate: GateOf<'card'>,
  filled: Record<string, boolean>,
  stale: readonly string[] | null,
): Found {
  const written = new Set(Object.entries(filled).flatMap(([title, is]) => (is ? [title.toLowerCase()] : [])));
  const missing = gate.card.filter((title) => !written.has(title.toLowerCase()));
  const unknown = gate.fresh === true && stale === null;
  const wrong = [
    ...(missing.length > 0 ? [`The card says nothing in: ${missing.join(', ')}.`] : []),
    ...(gate.fresh ? (stale ?? []) : []),
  ];
  return {
    title: `Card with ${gate.card.join(', ')}${gate.fresh ? ', fresh' : ''}`,
    verdict: wrong.length > 0 ? 'fail' : unknown ? 'inconclusive' : 'pass',
    value: `${gate.card.length - missing.length} of ${gate.card.length}`,
    bound: { op: 'exists', value: gate.card },
    message:
      wrong.length > 0
        ? wrong.join(' ')
        : unknown
          ? 'Whether the card is fresh is not known. Write it with "assay models card".'
          : 'The card has what is asked for.',
  };
}

/** A person's review: passes once the version is approved. */
export async function checkReview(gate: GateOf<'review'>, checking: Checking): Promise<Found> {
  const state = await checking.approval();
  return {
    title: `Review: ${gate.review}`,
    verdict: state === 'approved' ? 'pass' : state === 'rejected' ? 'fail' : 'inconclusive',
    value: state,
    message: {
      approved: 'The version was approved.',
      rejected: 'The version was rejected.',
      requested: 'The review was asked for and is not decided yet.',
      none: 'Nobody has reviewed it yet. Ask for it with "assay models request".',
    }[state],
  };
}
