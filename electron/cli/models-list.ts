import pc from 'picocolors';
import type { VersionDetail, VersionRow } from '../../shared/contract/models.ts';
import { findVersion, type Json, type ModelsCommands } from './models-session.ts';
import { bytes, number, printable, table } from './output.ts';

/** `assay models list [NAME]`, `assay models show NAME@V` */
export function addListCommands({ models, inSession }: ModelsCommands): void {
  models
    .command('list [name]')
    .description('models, or the versions of one, newest first')
    .option('--filter <text>', 'words in name, version, format, alias, stage or run', '')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, options: Json & { filter: string }) => {
      await inSession(options, async ({ services, project }, output) => {
        const { broken } = await services.models.list(project.id);
        for (const { problem } of broken) output.warn(printable(problem));
        const query = { name, filter: options.filter, offset: 0, limit: 5000 };
        const { rows } = await services.models.page(project.id, query);
        output.result(rows, () =>
          rows.length === 0
            ? 'No model is registered here yet. "assay models register NAME --run ID" registers one.'
            : table(
                ['model', 'version', 'format', 'size', 'registered', 'alias, stage', 'gates', 'approval', 'pushed to'],
                rows.map(line),
              ),
        );
      });
    });

  models
    .command('show <version>')
    .description('all that is known of a version: NAME@1.2.0, NAME@ALIAS, NAME')
    .option('--json', 'print JSON')
    .action(async (text: string, options: Json) => {
      await inSession(options, async (session, output) => {
        const { name, version } = await findVersion(session, text);
        const detail = await session.services.models.get(session.project.id, name, version);
        output.result(detail, () => describe(detail));
      });
    });
}

const line = (row: VersionRow): string[] => [
  row.model,
  row.version + (row.deprecated ? pc.dim(' deprecated') : ''),
  row.format === 'unknown' ? 'plain' : row.format,
  bytes(row.size),
  new Date(row.createdAt).toISOString().slice(0, 10),
  [...(row.stage ? [row.stage] : []), ...row.aliases].join(', '),
  row.gates ? `${row.gates.verdict} ${row.gates.passed}/${row.gates.total}` : '',
  row.approval === 'none' ? '' : row.overridden ? pc.red(`${row.approval}, overridden`) : row.approval,
  row.pushedTo.join(', '),
];

function describe({ row, definition, digest, file, tag, uncommitted, history, gaps }: VersionDetail): string {
  const { run, code, kind } = definition;
  const facts: [string, string][] = [
    ['kind', kind.title],
    ['registered', `${definition.created} by ${definition.author.name} <${definition.author.email}>`],
    ['description', definition.description],
    ['licence', definition.licence ?? ''],
    ['owner', definition.owner ?? ''],
    ['alias, stage', [...(row.stage ? [row.stage] : []), ...row.aliases].join(', ')],
    ['run', run ? `${run.name} (${run.id})` : ''],
    ['code', code?.commit ? `${code.commit}${code.dirty ? ' with changes' : ''}` : ''],
    [
      'data',
      definition.data.map(({ path, hash }) => `${path}@${hash?.replace(/^\w+:/, '').slice(0, 8) ?? '?'}`).join(', '),
    ],
    ['definition', `${file}${uncommitted ? ' (not committed)' : ''}`],
    ['digest', digest],
    ['tag', tag ? `${tag.name} on ${tag.commit.slice(0, 8)}` : ''],
  ];
  const metrics = Object.entries(definition.metrics).map(([key, value]) => [
    printable(key),
    typeof value === 'number' ? number(value) : value,
  ]);
  return [
    `${pc.bold(`${row.model} ${row.version}`)}${row.deprecated ? pc.red(' deprecated') : ''}`,
    ...facts
      .filter(([, value]) => value !== '')
      .map(([key, value]) => `  ${pc.dim(key.padEnd(12))} ${printable(value)}`),
    ...(metrics.length > 0 ? ['', table(['metric', 'value'], metrics)] : []),
    '',
    table(
      ['file', 'size', 'sha256'],
      definition.files.map((one) => [printable(one.path), bytes(one.size), one.sha256]),
    ),
    ...(gaps.length > 0 ? ['', ...gaps.map((gap) => pc.yellow(printable(gap)))] : []),
    ...(history.length > 0
      ? [
          '',
          ...history.map(
            (one) =>
              `${pc.dim(new Date(one.at).toISOString().slice(0, 16))} ${printable(`${one.action} by ${one.who}${one.text ? `: ${one.text}` : ''}`)}`,
          ),
        ]
      : []),
  ].join('\n');
}
