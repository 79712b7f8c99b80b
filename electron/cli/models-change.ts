import pc from 'picocolors';
import { AppError } from '../../shared/errors.ts';
import { findVersion, type Json, type ModelsCommands } from './models-session.ts';
import { printable } from './output.ts';

/** `assay models alias|stage|deprecate` */
export function addChangeCommands({ models, inSession }: ModelsCommands): void {
  models
    .command('alias <version> <alias>')
    .description('point an alias to a version: NAME@1.2.0 champion')
    .option('--remove', 'take the alias of NAME away')
    .option('--json', 'print JSON')
    .action(async (text: string, alias: string, options: Json & { remove?: boolean }) => {
      await inSession(options, async (session, output) => {
        const { name, version } = await findVersion(session, text);
        const to = options.remove ? null : version;
        await session.services.models.setAlias(session.project.id, name, alias, to);
        output.result({ model: name, alias, version: to }, () =>
          to === null
            ? `${pc.green('✓')} ${name} has no ${alias} any more`
            : `${pc.green('✓')} ${alias} of ${name} is ${pc.bold(to)}`,
        );
      });
    });

  models
    .command('stage <version> [stage]')
    .description('give a version one of the stages that assay.yaml names')
    .option('--none', 'take its stage away')
    .option('--json', 'print JSON')
    .action(async (text: string, stage: string | undefined, options: Json & { none?: boolean }) => {
      if ((stage === undefined) !== (options.none === true))
        throw new AppError('BAD_REQUEST', 'Name a stage, or give --none to take it away.');
      await inSession(options, async (session, output) => {
        const { name, version } = await findVersion(session, text);
        await session.services.models.setStage(session.project.id, name, version, stage ?? null);
        output.result({ model: name, version, stage: stage ?? null }, () =>
          stage === undefined
            ? `${pc.green('✓')} ${name} ${version} has no stage`
            : `${pc.green('✓')} ${name} ${version} is in ${pc.bold(stage)}`,
        );
      });
    });

  models
    .command('deprecate <version>')
    .description('say that a version must not be used any more')
    .option('--reason <text>', 'why', '')
    .option('--undo', 'take it back')
    .option('--json', 'print JSON')
    .action(async (text: string, options: Json & { reason: string; undo?: boolean }) => {
      await inSession(options, async (session, output) => {
        const { name, version } = await findVersion(session, text);
        const undo = options.undo ?? false;
        await session.services.models.deprecate(session.project.id, name, version, options.reason, undo);
        output.result({ model: name, version, deprecated: !undo }, () =>
          printable(`${name} ${version} ${undo ? 'may be used again' : 'is deprecated'}`),
        );
      });
    });
}
