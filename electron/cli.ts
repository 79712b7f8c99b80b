import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { AppError, messageOf } from '../shared/errors.ts';
import { auditCommand } from './cli/audit.ts';
import { dataCommand } from './cli/data.ts';
import { demoCommand } from './cli/demo.ts';
import { doctorCommand } from './cli/doctor.ts';
import { gpuCommand } from './cli/gpu.ts';
import { metricsCommand } from './cli/metrics.ts';
import { modelsCommand } from './cli/models.ts';
import { notifyCommand } from './cli/notify.ts';
import { printableLines } from './cli/output.ts';
import { initCommand, reindexCommand } from './cli/project.ts';
import { registryCommand } from './cli/registry.ts';
import { runCommand } from './cli/run.ts';
import { runsCommand } from './cli/runs.ts';
import { serveCommand } from './cli/serve.ts';
import { signCommands } from './cli/sign.ts';
import { targetsCommand } from './cli/targets.ts';
import { version } from './version.ts';

/** Exit codes: 0 done, 1 failed, 2 wrong usage; `assay run` ends with the command's own. */
export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const done = (value: number): void => {
    code = value;
  };
  const program = new Command('assay')
    .description('Track experiments, version data, approve models: on your own machine.')
    .version(version, '-v, --version')
    .option('-C <dir>', 'the project: this folder, or one above it', '.')
    .enablePositionalOptions()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, `${pc.red('assay:')} `)),
    })
    .exitOverride();
  for (const add of [
    initCommand,
    serveCommand,
    runCommand,
    runsCommand,
    metricsCommand,
    dataCommand,
    notifyCommand,
    modelsCommand,
    targetsCommand,
    gpuCommand,
    doctorCommand,
    auditCommand,
    signCommands,
    reindexCommand,
    registryCommand,
    demoCommand,
  ]) {
    add(program, done);
  }
  for (const command of everyCommand(program)) {
    command.exitOverride().showHelpAfterError(`(see ${pathOf(command)} --help)`);
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const wrongUsage = error instanceof AppError && error.code === 'BAD_REQUEST';
    process.stderr.write(`${pc.red('assay:')} ${printableLines(messageOf(error))}\n`);
    if (!(error instanceof AppError) && process.env.ASSAY_DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
    return wrongUsage ? 2 : 1;
  }
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap((child) => everyCommand(child as Command))];
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
