import pc from 'picocolors';
import type { Evaluation, GateResult } from '../../shared/contract/gates.ts';
import type { Verdict } from '../../shared/contract/models.ts';
import { findVersion, type Json, type ModelsCommands } from './models-session.ts';
import { bytes, number, printable, table } from './output.ts';

const CODES: Readonly<Record<Verdict, number>> = { pass: 0, fail: 1, inconclusive: 3 };
const COLOURS = { pass: pc.green, fail: pc.red, inconclusive: pc.yellow };

/** `assay models check NAME@V`: ends with 0 when all gates pass, 1 when any fails, 3 when it cannot be told. */
export function addCheckCommand({ models, inSession, done }: ModelsCommands): void {
  models
    .command('check <version>')
    .description(
      'evaluate the gates of a version (NAME@1.2.0, NAME@ALIAS, NAME); ends with 0 pass, 1 fail, 3 inconclusive',
    )
    .option('--json', 'print JSON')
    .action(async (text: string, options: Json) => {
      await inSession(options, async (session, output, { signal }) => {
        const { services, project } = session;
        const { name, version } = await findVersion(session, text);
        const evaluation = await services.gates.check(project.id, name, version, {
          signal,
          progress: (at, total, label) => output.progress(`${at + 1} of ${total}: ${printable(label)} …`),
        });
        output.progress(null);
        output.result(asJson(evaluation), () => describe(evaluation));
        done(CODES[evaluation.verdict]);
      });
    });
}

/** What scripts get: no more and no less. */
export function asJson({ model, version, verdict, gates }: Evaluation) {
  return {
    model,
    version,
    verdict,
    gates: gates.map(({ id, kind, verdict: own, value, bound, champion, interval, message }) => ({
      id,
      kind,
      verdict: own,
      value,
      bound,
      champion,
      interval,
      message,
    })),
  };
}

function describe({ model, version, verdict, gates, digest }: Evaluation): string {
  const head = `${model} ${version}: ${COLOURS[verdict](verdict)}`;
  if (gates.length === 0)
    return `${head}\nassay.yaml declares no gates for it, so nothing was asked. Write them under "gates:".`;
  const rows = gates.map((gate) => [
    COLOURS[gate.verdict](gate.verdict) + (gate.severity === 'warning' ? pc.dim(' (warning)') : ''),
    printable(gate.id),
    valueText(gate),
    boundText(gate),
    gate.champion
      ? `${gate.champion.version}${gate.champion.value === null ? '' : `: ${number(gate.champion.value)}`}`
      : '',
    gate.interval
      ? `${gate.interval.of === 'difference' ? 'Δ ' : ''}${number(rounded(gate.interval.low))} … ${number(rounded(gate.interval.high))}`
      : '',
  ]);
  const told = gates.flatMap((gate) => [
    `${COLOURS[gate.verdict](gate.verdict === 'pass' ? '✓' : gate.verdict === 'fail' ? '✗' : '?')} ${printable(gate.id)}: ${printable(gate.message)}`,
    ...(gate.why !== undefined && gate.verdict !== 'pass' ? [pc.dim(`  why it is asked: ${printable(gate.why)}`)] : []),
    ...(gate.verdict === 'pass'
      ? []
      : gate.slices.slice(0, 5).map((one) => `    ${printable(one.name)}: ${number(rounded(one.value))}`)),
  ]);
  return [
    head,
    table(['verdict', 'gate', 'value', 'bound', 'champion', '95 %'], rows),
    '',
    ...told,
    '',
    pc.dim(`evaluation ${digest.slice(0, 12)}`),
  ].join('\n');
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function valueText({ value, unit }: GateResult): string {
  if (value === null) return '';
  if (typeof value === 'string') return printable(value);
  return unit === 'bytes' ? bytes(value) : `${number(rounded(value))}${unit === null ? '' : ` ${unit}`}`;
}

function boundText({ bound, unit }: GateResult): string {
  if (bound === null) return '';
  const one = (value: unknown): string =>
    unit === 'bytes' && typeof value === 'number' ? bytes(value) : printable(String(value));
  const words = { min: '≥ ', max: '≤ ', equals: '= ', between: '', 'one of': '', exists: '' }[bound.op];
  return (
    words +
    (Array.isArray(bound.value) ? bound.value.map(one).join(bound.op === 'between' ? ' … ' : ', ') : one(bound.value))
  );
}
