import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { startHeadless } from '../headless.ts';
import { findProject } from './session.ts';

/** `assay serve`: the app in the browser, until it is interrupted. */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('serve the app to a browser on this machine')
    .option('--port <n>', 'port; 0 for any free one, by default 4680 where it is free', port)
    .option('--allow-host <name>', 'a further host name to answer to; may be given several times', collect, [])
    .option(
      '--host <address>',
      'address to listen on; anything but this machine itself is a risk, and is said so',
      '127.0.0.1',
    )
    .option('--no-open', 'do not open a browser')
    .action(async (options: { port?: number; host: string; allowHost: string[]; open: boolean }) => {
      const found = findProject(program.opts<{ C: string }>().C);
      const running = await startHeadless({
        ...(options.port === undefined ? {} : { port: options.port }),
        host: options.host,
        allowHosts: options.allowHost,
        open: options.open,
        project: found?.used ? found.root : null,
      });
      await running.closed;
    });
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return value;
}

const collect = (text: string, before: string[]): string[] => [...before, text];
