import { resolve } from 'node:path';
import pc from 'picocolors';
import { AppError } from '../../shared/errors.ts';
import type { Json, ModelsCommands } from './models-session.ts';
import { bytes, counted, printable } from './output.ts';
import { findRun } from './session.ts';

type Options = Json & {
  run?: string;
  path?: string;
  files?: string;
  version?: string;
  description: string;
  licence?: string;
  owner?: string;
  example?: string;
};

/** `assay models register NAME --run ID [--path ARTIFACT] | --files PATH` */
export function addRegisterCommand({ models, program, inSession }: ModelsCommands): void {
  models
    .command('register <name>')
    .description('make a version of a model from an artifact of a run, or from files')
    .option('--run <id>', 'the run that made it: id, the end of an id, or name')
    .option('--path <artifact>', 'with --run: which artifact, a file or a folder')
    .option('--files <path>', 'a file or folder of the project; with --run, that run is its evidence')
    .option('--version <version>', 'such as 1.2.0 (default: proposed from what changed)')
    .option('--description <text>', 'what is to be known about it', '')
    .option('--licence <spdx>', 'such as Apache-2.0')
    .option('--owner <name>', 'who is responsible')
    .option('--example <path>', 'an example input: an artifact of the run, or a file of the project')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Options) => {
      if (!options.run && !options.files)
        throw new AppError('BAD_REQUEST', 'Say where the model is: --run ID, or --files PATH.');
      if (options.path !== undefined && (!options.run || options.files !== undefined))
        throw new AppError('BAD_REQUEST', '--path names an artifact of --run, and does not go with --files.');
      await inSession(options, async (session, output, work) => {
        const { services, project } = session;
        const run = options.run === undefined ? null : findRun(session, options.run);
        const folder = program.opts<{ C: string }>().C;
        const version = await services.models.register(
          {
            project: project.id,
            name,
            source:
              options.files === undefined
                ? { run: run!, artifact: options.path ?? null }
                : { path: resolve(folder, options.files), run },
            version: options.version?.replace(/^v(?=\d)/, '') ?? null,
            description: options.description,
            licence: options.licence ?? null,
            owner: options.owner ?? null,
            example: options.example ?? null,
          },
          work,
        );
        const detail = await services.models.get(project.id, name, version);
        const { definition, row } = detail;
        output.result(
          {
            model: name,
            version,
            digest: detail.digest,
            file: detail.file,
            tag: detail.tag,
            files: definition.files,
            gaps: detail.gaps,
          },
          () =>
            [
              `${pc.green('✓')} ${name} ${pc.bold(version)}: ${printable(definition.kind.title)}, ${counted(definition.files.length, 'file')}, ${bytes(row.size)}`,
              `  ${detail.file}${detail.tag ? `, tag ${detail.tag.name}` : ''}`,
              ...detail.gaps.map((gap) => pc.yellow(`  ${printable(gap)}`)),
            ].join('\n'),
        );
      });
    });
}
