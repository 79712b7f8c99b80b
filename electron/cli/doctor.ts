import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { messageOf } from '../../shared/errors.ts';
import { dataFolder } from '../platform/paths.ts';
import { resources } from '../resources.ts';
import { version } from '../version.ts';
import { bytes, createOutput, printable } from './output.ts';
import { findProject, openServices } from './session.ts';

type Check = { name: string; state: 'ok' | 'note' | 'problem'; message: string };

/** `assay doctor`: what works here, what does not, and what to do about it. Exit code 1 when something is broken. */
export function doctorCommand(program: Command, done: (code: number) => void): void {
  program
    .command('doctor')
    .description('check this machine and this project')
    .option('--json', 'print one JSON value')
    .action(async (options: { json?: boolean }) => {
      const checks = await examine(program.opts<{ C: string }>().C);
      const marks = { ok: pc.green('ok     '), note: pc.yellow('note   '), problem: pc.red('problem') };
      createOutput(options.json ?? false).result({ version, checks }, () =>
        checks.map((check) => `${marks[check.state]}  ${check.name}: ${printable(check.message)}`).join('\n'),
      );
      if (checks.some((check) => check.state === 'problem')) done(1);
    });
}

async function examine(directory: string): Promise<Check[]> {
  const checks: Check[] = [{ name: 'Assay', state: 'ok', message: `${version} on Node ${process.versions.node}` }];
  const add = (name: string, state: Check['state'], message: string): void =>
    void checks.push({ name, state, message });
  const services = openServices();
  try {
    add(
      'Data folder',
      writable(dataFolder()) ? 'ok' : 'problem',
      writable(dataFolder()) ? dataFolder() : `${dataFolder()} cannot be written. Set ASSAY_HOME to a folder that can.`,
    );
    add(
      'Python SDK',
      existsSync(join(resources, 'python', 'assay', '__init__.py')) ? 'ok' : 'problem',
      join(resources, 'python'),
    );
    const gpus = await services.gpu.state();
    add(
      'GPU',
      gpus.gpus.length > 0 ? 'ok' : 'note',
      gpus.gpus.map((gpu) => gpu.name).join(', ') || (gpus.reason ?? 'none'),
    );
    const found = findProject(directory);
    if (!found?.used) {
      add('Project', 'note', 'no Assay project here or above. "assay init" makes one.');
      return checks;
    }
    const disk = statfsSync(found.root);
    const free = disk.bavail * disk.bsize;
    add(
      'Disk',
      free > 1e9 ? 'ok' : 'problem',
      `${bytes(free)} free${free > 1e9 ? '' : '. Free some space before you train'}`,
    );
    try {
      const project = services.projects.open(found.root);
      await services.projects.sync(project.id);
      const state = await services.projects.state(project.id, services);
      add(
        'Project',
        'ok',
        `${project.name}: ${state.runs.total} runs, ${state.runs.active} running, ${state.runs.deleted} in the trash`,
      );
      add(
        'Git',
        state.git ? 'ok' : 'note',
        state.git
          ? `${state.git.branch ?? 'detached'} at ${state.git.commit?.slice(0, 10) ?? 'no commit yet'}${state.git.dirty ? ', uncommitted changes' : ''}`
          : 'not a git repository: runs will not know their code',
      );
      add(
        'Python',
        state.python ? 'ok' : 'note',
        state.python ? `${state.python.label} ${state.python.executable}` : 'none found',
      );
      for (const problem of state.problems.filter((one) => one.code !== 'no_python'))
        add('Project', 'problem', problem.message);
    } catch (error) {
      add('Project', 'problem', messageOf(error));
    }
    return checks;
  } finally {
    await services.dispose();
  }
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
