import { resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { AppError } from '../../shared/errors.ts';
import { makeFolder } from '../platform/files.ts';
import { reindex } from '../services/ingest/reindex.ts';
import { initProject } from '../services/projects/init.ts';
import { indexFile } from '../services/projects/layout.ts';
import { createOutput } from './output.ts';
import { findProject, openServices } from './session.ts';

/** `assay init [DIR]`: start to use Assay in a folder. Changes nothing that is there. */
export function initCommand(program: Command): void {
  program
    .command('init')
    .description('start to use Assay in a folder (makes .assay/ and assay.yaml; overwrites nothing)')
    .argument('[dir]', 'the folder, by default the one of -C')
    .option('--json', 'print one JSON value')
    .action(async (dir: string | undefined, options: { json?: boolean }) => {
      const root = resolve(dir ?? program.opts<{ C: string }>().C);
      makeFolder(root);
      const { created } = initProject(root);
      const services = openServices();
      try {
        services.projects.open(root);
      } finally {
        await services.dispose();
      }
      createOutput(options.json ?? false).result({ root, created }, () =>
        created.length === 0
          ? `${root} is an Assay project already.`
          : `${pc.green('Made')} ${created.join(' and ')} in ${root}.\nNext: ${pc.bold('assay run -- python train.py')}, or ${pc.bold('assay serve')} for the page.`,
      );
    });
}

/** `assay reindex`: rebuild `.assay/index.db` from the files of the runs. */
export function reindexCommand(program: Command): void {
  program
    .command('reindex')
    .description('rebuild the index from the files of the runs')
    .option('--json', 'print one JSON value')
    .action(async (options: { json?: boolean }) => {
      const output = createOutput(options.json ?? false);
      const found = findProject(program.opts<{ C: string }>().C);
      if (!found?.used) throw new AppError('NOT_FOUND', 'No Assay project here or above. Name its folder with -C.');
      const result = await reindex(found.root, indexFile(found.root), {
        onProgress: (done: number, total: number) => output.progress(`reading run ${done} of ${total}`),
      });
      output.progress(null);
      output.result(
        { root: found.root, ...result },
        () => `Read ${result.runs} runs and ${result.points.toLocaleString('en')} points into a fresh index.`,
      );
    });
}
