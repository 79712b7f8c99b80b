import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { startRegistry } from '../http/oci-registry/start.ts';
import { dataFolder } from '../platform/paths.ts';

/** `assay registry`: a registry on your own machine, until it is interrupted. */
export function registryCommand(program: Command): void {
  program
    .command('registry')
    .description('a model registry (OCI) on your own machine, for this machine alone')
    .option('--folder <path>', "where it keeps what is pushed; by default in Assay's own data folder")
    .option('--port <n>', 'port; 0 for any free one', port, 5000)
    .option(
      '--user <name>',
      'ask for this user, with the password of ASSAY_REGISTRY_PASSWORD or a new one that is shown',
    )
    .action(async (options: { folder?: string; port: number; user?: string }) => {
      const folder = options.folder ?? join(dataFolder(), 'registry');
      const given = process.env.ASSAY_REGISTRY_PASSWORD;
      const password = given ?? randomBytes(18).toString('base64url');
      const registry = await startRegistry({
        folder,
        port: options.port,
        ...(options.user === undefined ? {} : { login: { user: options.user, password } }),
      });
      process.stdout.write(`Registry on ${registry.host}, kept in ${folder}. Stop it with Ctrl+C.\n`);
      if (options.user !== undefined && given === undefined)
        process.stdout.write(`Password of ${options.user}: ${password}\n`);
      await new Promise<void>((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      await registry.close();
    });
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return value;
}
