import { type Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { compareRuns } from '../../shared/compare-runs.ts';
import type { RunDetail, RunRow } from '../../shared/contract/runs.ts';
import { AppError } from '../../shared/errors.ts';
import { jsonNumber, runJson } from '../services/runs/export.ts';
import { bytes, createOutput, duration, number, printable, table } from './output.ts';
import { findRun, type Session, withSession } from './session.ts';

type Json = { json?: boolean };

/** `assay runs …`: list, show, compare, stop, delete, restore, purge. */
export function runsCommand(program: Command): void {
  const runs = program.command('runs').description('list, show, compare and tidy up runs');
  const inSession = (work: (session: Session) => Promise<void> | void): Promise<void> => withSession(program, work);

  runs
    .command('list')
    .description('list runs, newest first')
    .option('--filter <text>', 'e.g. "resnet status:finished metric.val/acc>0.9"', '')
    .option('--order-by <key>', 'createdAt, name, duration, param:lr, metric:loss, metric:loss:min …', 'createdAt')
    .option('--desc', 'greatest first')
    .option('--limit <n>', 'at most this many', count, 10_000)
    .option('--deleted', 'those in the trash')
    .option('--json', 'print one JSON value')
    .action(
      (
        options: { filter: string; orderBy: string; desc?: boolean; limit: number; deleted?: boolean } & Json,
        command: Command,
      ) =>
        inSession(({ services, project }) => {
          const byDefault = command.getOptionValueSource('orderBy') === 'default';
          const query = {
            project: project.id,
            filter: options.filter,
            deleted: options.deleted ?? false,
            sort: { key: sortKey(options.orderBy), desc: options.desc ?? byDefault },
            limit: options.limit,
          };
          const output = createOutput(options.json ?? false);
          if (output.json) return output.result(services.runs.listJson(query), () => '');
          const page = services.runs.list(query);
          output.result(null, () => listTable(page.rows, page.total));
        }),
    );

  runs
    .command('show')
    .description('show one run')
    .argument('<id>')
    .option('--json', 'print one JSON value')
    .action((id: string, options: Json) =>
      inSession((session) => {
        const run = session.services.runs.get({ project: session.project.id, run: findRun(session, id) });
        createOutput(options.json ?? false).result(runJson(run), () => showText(run));
      }),
    );

  runs
    .command('compare')
    .description('show what differs between runs')
    .argument('<id...>', 'two or more runs')
    .option('--json', 'print one JSON value')
    .action((ids: string[], options: Json) =>
      inSession((session) => {
        if (ids.length < 2) throw new AppError('BAD_REQUEST', 'Name at least two runs to compare.');
        const all = ids.map((id) =>
          session.services.runs.get({ project: session.project.id, run: findRun(session, id) }),
        );
        const rows = compareRuns(all).filter((row) => row.differs && !row.key.startsWith('system/'));
        createOutput(options.json ?? false).result(
          {
            runs: all.map(runJson),
            differences: rows.map(({ kind, key, values }) => ({
              kind,
              key,
              values: values.map((value) => (typeof value === 'number' ? jsonNumber(value) : value)),
            })),
          },
          () =>
            table(
              ['', ...all.map((run) => printable(run.name))],
              rows.map((row) => [pc.dim(`${row.kind} `) + printable(row.key), ...row.values.map(cell)]),
            ),
        );
      }),
    );

  const act = (
    name: string,
    description: string,
    past: string | ((session: Session, ids: string[]) => string),
    work: (session: Session, ids: string[]) => Promise<unknown>,
  ): void => {
    runs
      .command(name)
      .description(description)
      .argument('<id...>')
      .option('--json', 'print one JSON value')
      .action((ids: string[], options: Json) =>
        inSession(async (session) => {
          const found = ids.map((id) => findRun(session, id));
          const said = typeof past === 'string' ? `${past} ${these(found)}.` : past(session, found);
          const result = await work(session, found);
          createOutput(options.json ?? false).result({ runs: found, ...(result ?? {}) }, () => said);
        }),
      );
  };
  act('stop', 'stop runs: TERM, a grace time, KILL', stopping, ({ services, project }, ids) =>
    services.launch.stop({ project: project.id, runs: ids }, { by: 'cli' }),
  );
  act('delete', 'move runs to the trash', 'Moved to the trash:', ({ services, project }, ids) =>
    services.runs.delete({ project: project.id, runs: ids }),
  );
  act('restore', 'take runs out of the trash', 'Restored', ({ services, project }, ids) =>
    services.runs.restore({ project: project.id, runs: ids }),
  );
  act('purge', 'remove runs in the trash for good', 'Removed for good:', ({ services, project }, ids) =>
    services.runs.purge({ project: project.id, runs: ids }),
  );
}

function these(ids: readonly string[]): string {
  return ids.length === 1 ? `run ${ids[0]!.slice(-8)}` : `${ids.length} runs`;
}

/** What a stop will do, said before it is done: runs that have ended are left as they are. */
function stopping({ services, project }: Session, ids: readonly string[]): string {
  const ended = ids.filter((run) => {
    const { status } = services.runs.get({ project: project.id, run });
    return status !== 'running' && status !== 'queued';
  });
  const open = ids.filter((run) => !ended.includes(run));
  return [
    open.length > 0 ? `Asked to stop ${these(open)}.` : '',
    ended.length > 0 ? `Nothing to stop: ${these(ended)} ended before.` : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** A sort key may also be written as the filter writes it: `metric.loss.min` for `metric:loss:min`. */
function sortKey(text: string): string {
  return /^(param|tag|metric)\./.test(text)
    ? text.replace('.', ':').replace(/^(metric:.+)\.(min|max)$/, '$1:$2')
    : text;
}

function listTable(rows: readonly RunRow[], total: number): string {
  if (rows.length === 0) return 'No runs. Start one with "assay run -- python train.py".';
  const metrics = keysOf(rows.map((run) => run.metrics)).slice(0, 4);
  const params = keysOf(rows.map((run) => run.params)).slice(0, 4);
  const body = rows.map((run) => [
    run.id.slice(-8),
    printable(run.name),
    status(run.status),
    run.startedAt ? new Date(run.startedAt).toISOString().slice(0, 16).replace('T', ' ') : '',
    duration(run.startedAt ? (run.endedAt ?? Date.now()) - run.startedAt : null),
    ...params.map((key) => cell(run.params[key])),
    ...metrics.map((key) => number(run.metrics[key]?.last)),
  ]);
  const text = table(
    ['id', 'name', 'status', 'started (UTC)', 'took', ...params.map(printable), ...metrics.map(printable)],
    body,
  );
  return rows.length < total ? `${text}\n${pc.dim(`${rows.length} of ${total} runs`)}` : text;
}

function showText(run: RunDetail): string {
  const lines: [string, string][] = [
    ['run', `${printable(run.name)} (${run.id})`],
    ['status', status(run.status) + (run.error ? `: ${printable(run.error)}` : '')],
    ['experiment', printable(run.experiment)],
    ['command', printable(run.command.join(' '))],
    ['started', run.startedAt ? new Date(run.startedAt).toISOString() : ''],
    ['took', duration(run.startedAt ? (run.endedAt ?? Date.now()) - run.startedAt : null)],
    ['exit', run.exitCode === null ? printable(run.signal ?? '') : String(run.exitCode)],
    [
      'git',
      run.git
        ? printable(
            `${run.git.commit?.slice(0, 10) ?? ''} ${run.git.branch ?? ''}${run.git.dirty ? ' + uncommitted changes' : ''}`,
          )
        : '',
    ],
    ['memory', bytes(run.peakMemoryBytes)],
    ['folder', printable(run.folder)],
    ...Object.entries(run.params).map(([key, value]): [string, string] => [`param ${printable(key)}`, cell(value)]),
    ...Object.entries(run.tags).map(([key, value]): [string, string] => [`tag ${printable(key)}`, printable(value)]),
    ...Object.entries(run.metrics)
      .filter(([key]) => !key.startsWith('system/'))
      .map(([key, m]): [string, string] => [
        `metric ${printable(key)}`,
        `${number(m.last)}  (min ${number(m.min)}, max ${number(m.max)}, ${m.count} points)`,
      ]),
    ...run.datasets.map((data): [string, string] => ['data set', printable(data.path)]),
    ...run.artifacts.map((artifact): [string, string] => [
      'artifact',
      `${printable(artifact.path)} (${bytes(artifact.size)})`,
    ]),
  ];
  const widest = Math.max(...lines.map(([key]) => key.length));
  return lines
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${pc.dim(key.padEnd(widest))}  ${value}`)
    .join('\n');
}

function keysOf(maps: readonly Record<string, unknown>[]): string[] {
  const seen = new Map<string, number>();
  for (const map of maps)
    for (const key of Object.keys(map)) if (!key.startsWith('system/')) seen.set(key, (seen.get(key) ?? 0) + 1);
  return [...seen].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([key]) => key);
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return number(value);
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}

function status(text: RunRow['status']): string {
  const colors = {
    finished: pc.green,
    running: pc.cyan,
    queued: pc.dim,
    failed: pc.red,
    stopped: pc.yellow,
    lost: pc.magenta,
  };
  return colors[text](text);
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return value;
}
