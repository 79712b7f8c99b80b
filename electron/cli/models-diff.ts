import { createTwoFilesPatch } from 'diff';
import pc from 'picocolors';
import type { VersionDiff } from '../../shared/contract/models.ts';
import { AppError } from '../../shared/errors.ts';
import { findVersion, type Json, type ModelsCommands } from './models-session.ts';
import { bytes, number, printable, table } from './output.ts';

/** `assay models diff NAME A B`, `assay models diff NAME@A NAME@B` */
export function addDiffCommand({ models, inSession }: ModelsCommands): void {
  models
    .command('diff <model> <from> [to]')
    .description('compare two versions: NAME 1.0.0 1.1.0, or NAME@champion NAME@1.1.0')
    .option('--code', 'also print the difference of the code')
    .option('--json', 'print JSON')
    .action(async (model: string, first: string, second: string | undefined, options: Json & { code?: boolean }) => {
      await inSession(options, async (session, output) => {
        const [from, to] = await Promise.all(
          (second === undefined ? [model, first] : [`${model}@${first}`, `${model}@${second}`]).map((text) =>
            findVersion(session, text),
          ),
        );
        if (from!.name !== to!.name)
          throw new AppError(
            'BAD_REQUEST',
            `${from!.name} and ${to!.name} are two models. Compare two versions of one.`,
          );
        const diff = await session.services.modelViews.diffs.diff(
          session.project.id,
          from!.name,
          from!.version,
          to!.version,
        );
        output.result(diff, () => diffText(from!.name, diff, options.code ?? false));
      });
    });
}

const COLOURS = { added: pc.green, removed: pc.red, changed: pc.yellow, same: pc.dim };
type Changed = { readonly change: keyof typeof COLOURS };
const differs = ({ change }: Changed): boolean => change !== 'same';
const word = ({ change }: Changed): string => COLOURS[change](change);

/** Only what differs; the metrics whole. */
function diffText(name: string, diff: VersionDiff, code: boolean): string {
  const value = (one: unknown): string =>
    one === null || one === undefined
      ? ''
      : printable(typeof one === 'number' ? number(one) : typeof one === 'string' ? one : JSON.stringify(one));
  const part = (title: string, header: readonly string[], rows: readonly (readonly string[])[]): string[] =>
    rows.length === 0 ? [] : ['', pc.bold(title), table(header, rows)];
  const sides = [diff.from, diff.to];
  const short = (one: { hash: string | null } | null): string => one?.hash?.replace(/^\w+:/, '').slice(0, 8) ?? '';
  return [
    pc.bold(`${name} ${diff.from} → ${diff.to}`),
    ...part(
      'Metrics',
      ['metric', ...sides, 'difference'],
      diff.metrics.map((one) => [
        printable(one.key),
        value(one.from),
        value(one.to),
        one.delta === null ? '' : `${one.delta > 0 ? '+' : ''}${number(one.delta)}`,
      ]),
    ),
    ...part(
      'Params',
      ['param', ...sides, ''],
      diff.params.filter(differs).map((one) => [printable(one.key), value(one.from), value(one.to), word(one)]),
    ),
    ...part(
      'Facts',
      ['', ...sides],
      diff.facts.map((one) => [printable(one.label), value(one.from), value(one.to)]),
    ),
    ...part(
      'Data',
      ['path', ...sides, ''],
      diff.data.filter(differs).map((one) => [printable(one.path), short(one.from), short(one.to), word(one)]),
    ),
    ...part(
      'Files',
      ['path', ...sides, ''],
      diff.files
        .filter(differs)
        .map((one) => [printable(one.path), bytes(one.from?.size), bytes(one.to?.size), word(one)]),
    ),
    ...part(
      'Packages',
      ['package', ...sides, ''],
      diff.packages.filter(differs).map((one) => [printable(one.name), value(one.from), value(one.to), word(one)]),
    ),
    ...part(
      'Code',
      ['file', ''],
      diff.code.files.map((one) => [printable(one.path), word(one)]),
    ),
    ...(diff.code.problem ? ['', pc.yellow(printable(diff.code.problem))] : []),
    ...(code ? diff.code.files.flatMap(patch) : []),
    ...(diff.card.from !== null && diff.card.to !== null && diff.card.from !== diff.card.to
      ? ['', 'The cards differ.']
      : []),
  ].join('\n');
}

function patch({ path, from, to }: VersionDiff['code']['files'][number]): string[] {
  if (from === null && to === null) return [];
  const text = createTwoFilesPatch(path, path, from ?? '', to ?? '', undefined, undefined, { context: 3 });
  const colour = (line: string): string =>
    line.startsWith('+')
      ? pc.green(line)
      : line.startsWith('-')
        ? pc.red(line)
        : line.startsWith('@')
          ? pc.cyan(line)
          : line;
  return [
    '',
    ...text
      .split('\n')
      .slice(1)
      .map((line) => colour(printable(line))),
  ];
}
