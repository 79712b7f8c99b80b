import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { compareRuns } from '../../shared/compare-runs.ts';
import { AppError } from '../../shared/errors.ts';
import { tellModels } from './demo-models.ts';
import { createOutput, number, table } from './output.ts';
import { openServices } from './session.ts';

/** `assay demo`: the product's story in a temporary folder, for real: training, comparing, data, gates, approval, push, audit. */
export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('make the example project in a temporary folder and tell what Assay does')
    .option('--json', 'print one JSON value')
    .action(async (options: { json?: boolean }) => {
      const output = createOutput(options.json ?? false);
      const root = join(mkdtempSync(join(tmpdir(), 'assay-demo-')), 'penguins');
      const services = openServices();
      try {
        output.say(`${pc.bold('1. A project.')} A git repository with a data set and a training script, in ${root}`);
        const { project, job } = services.example.create(root);
        output.say(
          `${pc.bold('2. Training.')} Real subprocesses; each leaves its metrics, logs and code version in .assay/runs/`,
        );
        for await (const state of services.jobs.watch(job!)) {
          output.progress(`   run ${Math.min(state.done + 1, state.total)} of ${state.total}: ${state.label}`);
          if (state.state === 'failed')
            throw new AppError('UNAVAILABLE', state.error ?? 'The example could not be made.');
        }
        output.progress(null);
        await services.projects.sync(project.id);
        const { rows } = services.runs.list({ project: project.id, sort: { key: 'metric:val/accuracy', desc: true } });
        if (rows.length === 0)
          throw new AppError('INTERNAL_SERVER_ERROR', 'No run of the example arrived in the index.');
        output.say(
          table(
            ['run', 'status', 'lr', 'seasons of data', 'val/accuracy', 'lowest val/loss'],
            rows.map((run) => [
              run.name,
              run.status,
              number(run.params.lr as number),
              String(run.tags.seasons ?? ''),
              number(run.metrics['val/accuracy']?.last),
              number(run.metrics['val/loss']?.min),
            ]),
          ),
        );
        const [best, worst] = [rows[0]!, rows.at(-1)!];
        output.say(
          `${pc.bold('3. Comparing.')} What differs between the best run, ${best.name}, and the worst, ${worst.name}:`,
        );
        const differences = compareRuns([best, worst]).filter(
          (row) => row.differs && (row.kind === 'param' || row.kind === 'tag'),
        );
        output.say(
          table(
            ['', best.name, worst.name],
            differences.map((row) => [
              pc.dim(`${row.kind} `) + row.key,
              ...row.values.map((value) => String(value ?? '')),
            ]),
          ),
        );
        const models = await tellModels(services, project, output);
        output.result(
          { root, runs: rows.length, best: best.id, accuracy: best.metrics['val/accuracy']?.last ?? null, ...models },
          () => `${pc.green('Done.')} Look at it yourself: ${pc.bold(`assay -C ${root} serve`)}`,
        );
      } finally {
        await services.dispose();
      }
    });
}
