import { constants } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import type { GpuChoice, StartRequest } from '../../shared/contract/runs.ts';
import { runJson } from '../services/runs/export.ts';
import { followRun } from './follow.ts';
import { createOutput, duration, number, printable } from './output.ts';
import { openSession, type Session } from './session.ts';

type Options = {
  name?: string;
  experiment?: string;
  tag: Record<string, string>;
  group?: string;
  gpu: GpuChoice;
  queue: boolean;
  data: string[];
  json?: boolean;
};

/** `assay run -- COMMAND…`: start a training run, show its output, end with its exit code. Killing the terminal does not harm the run. */
export function runCommand(program: Command, done: (code: number) => void): void {
  program
    .command('run')
    .description('run a command as a tracked run; ends with its exit code')
    .usage('[options] -- COMMAND…')
    .argument('<command...>', 'the command and its arguments, after --')
    .option('--name <name>', 'name of the run')
    .option('--experiment <name>', 'experiment it belongs to')
    .option('--group <name>', 'group it belongs to, e.g. the seeds of one setting')
    .option('--tag <k=v>', 'a tag; may be given several times', tag, {})
    .option('--gpu <which>', 'auto, none, or numbers such as 0,1', gpus, 'auto')
    .option('--data <path>', 'data it reads, whose version is recorded; may be given several times', collect, [])
    .option('--queue', 'wait for a free GPU or CPU slot', false)
    .option('--json', "print the run as one JSON value; the command's own output goes to stderr")
    .passThroughOptions()
    .action(async (command: string[], options: Options) => {
      const session = await openSession(program.opts<{ C: string }>().C, true);
      try {
        done(await launchAndFollow(session, command, options));
      } finally {
        await session.close();
      }
    });
}

async function launchAndFollow(session: Session, command: readonly string[], options: Options): Promise<number> {
  const { services, project } = session;
  const output = createOutput(options.json ?? false);
  const request: StartRequest = {
    command: [...command],
    cwd: relative(project.root, process.cwd()).startsWith('..') ? '.' : relative(project.root, process.cwd()) || '.',
    name: options.name ?? null,
    experiment: options.experiment ?? services.projects.definition(project.id)?.run?.experiment ?? 'default',
    group: options.group ?? null,
    tags: options.tag,
    gpus: options.gpu,
    queue: options.queue,
    datasets: options.data.map((path) => relative(project.root, resolve(path)).split(sep).join('/')),
  };
  // what a person typed into their own terminal needs no trust in the repository
  const { run } = await services.launch.start({ project: project.id, request }, { trusted: true });
  const folder = join(project.root, '.assay', 'runs', run);
  process.stderr.write(
    pc.dim(
      `assay: run ${run.slice(-8)}${options.queue ? ' is in the queue' : ''}; its files are in ${relative(process.cwd(), folder) || folder}\n`,
    ),
  );

  let asked = 0;
  const interrupt = (): void => {
    asked++;
    process.stderr.write(
      pc.yellow(
        asked === 1 ? '\nassay: stopping the run; press Ctrl-C again to kill it\n' : '\nassay: killing the run\n',
      ),
    );
    void services.launch.stop({ project: project.id, runs: [run] }, { by: 'cli', kill: asked > 1 });
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    await followRun(folder, { stdout: options.json ? process.stderr : process.stdout, stderr: process.stderr }, () =>
      services.launch.vanished(project.id, run),
    );
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  await services.projects.sync(project.id);
  const detail = services.runs.get({ project: project.id, run });
  if (options.json) output.result(runJson(detail), () => '');
  else {
    const last = Object.entries(detail.metrics).filter(([key]) => !key.startsWith('system/'));
    const line = `assay: ${printable(detail.name)} ${detail.status} after ${duration((detail.endedAt ?? Date.now()) - (detail.startedAt ?? Date.now()))}`;
    process.stderr.write(
      `${pc.dim(
        line +
          (last.length > 0
            ? ` · ${last
                .slice(0, 6)
                .map(([key, metric]) => `${printable(key)} ${number(metric.last)}`)
                .join(' · ')}`
            : ''),
      )}\n`,
    );
    if (detail.error) process.stderr.write(`${pc.red('assay:')} ${printable(detail.error)}\n`);
  }
  return exitCodeOf(detail);
}

/** The command's own code; 128 + n after signal n, as shells do; 1 when it was lost. */
function exitCodeOf(run: { exitCode: number | null; signal: string | null }): number {
  if (run.exitCode !== null) return run.exitCode;
  const signal = constants.signals[run.signal as keyof typeof constants.signals];
  return signal === undefined ? 1 : 128 + signal;
}

const collect = (path: string, before: readonly string[]): string[] => [...before, path];

function tag(text: string, before: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write a tag as key=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function gpus(text: string): GpuChoice {
  if (text === 'auto' || text === 'none') return text;
  const numbers = text.split(',').map(Number);
  if (text.trim() === '' || numbers.some((one) => !Number.isInteger(one) || one < 0))
    throw new InvalidArgumentError('Give auto, none, or GPU numbers such as 0,1.');
  return numbers;
}
