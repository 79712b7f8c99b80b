import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Project } from '../shared/contract/projects.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import { projectRoute } from '../shared/routes.ts';
import { firstStart } from './first-start.ts';
import { askForLink, readServerFile } from './http/control.ts';
import { isLoopback, type Serving, serve } from './http/serve.ts';
import { makeFolder } from './platform/files.ts';
import { fileLog, type Log } from './platform/log.ts';
import { openInBrowser } from './platform/open-in-browser.ts';
import { dataFolder as usualDataFolder } from './platform/paths.ts';
import { createServices, type Services } from './services/index.ts';

/** Where the server listens when nobody says otherwise: always the same, so that bookmarks and tunnels stay good. */
export const DEFAULT_PORT = 4680;

export type HeadlessOptions = {
  /** Without one: the usual port, or any free one when it is taken. 0: any free one. */
  port?: number;
  host?: string;
  /** Show the app in the person's browser. */
  open?: boolean;
  /** A folder to open. Without one the first start makes the example project. */
  project?: string | null;
  allowHosts?: readonly string[];
  dataFolder?: string;
  /** The built page; `dist/renderer` beside this code. */
  staticFolder?: string;
  /** Where the lines for a person go. */
  print?: (line: string) => void;
};

export type Headless = {
  /** A link that works once. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the server has ended. At once, when one ran already and only a link was asked for. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
};

/**
 * Serves the app to a browser until SIGINT or SIGTERM. When a server of this user runs already on the same data folder (and no other
 * port was asked for), that one makes a fresh link and nothing is started.
 * @throws AppError when the port is taken, the address is wrong or the project cannot be opened
 */
export async function startHeadless(options: HeadlessOptions = {}): Promise<Headless> {
  const { host = '127.0.0.1', print = (line: string) => process.stdout.write(`${line}\n`) } = options;
  const dataFolder = options.dataFolder ?? usualDataFolder();
  const project = options.project ? resolve(options.project) : null;
  makeFolder(dataFolder);

  const samePort = options.port === undefined || options.port === readServerFile(dataFolder)?.port;
  const running = samePort ? await askForLink(dataFolder, project) : null;
  if (running) {
    print(`Assay runs already (process ${running.server.pid}). A fresh link, good for one browser:`);
    show(running.url, options.open ?? false, print);
    return { url: running.url, port: running.server.port, closed: Promise.resolve(), close: () => Promise.resolve() };
  }

  const log = fileLog(join(dataFolder, 'logs', 'host.ndjson'));
  const services = createServices({ dataFolder, mode: 'browser', log });
  try {
    const shown = project ? await services.openProject(project) : await projectToShow(services, log);
    const route = shown ? projectRoute(shown.id) : '/';
    const serving = await listen(options, { services, dataFolder, host, log });
    if (!isLoopback(host)) {
      print(
        `Warning: listening on ${host}, so other machines can reach Assay, without encryption. An SSH tunnel to 127.0.0.1 is safer.`,
      );
    }
    const url = serving.link(route);
    print('Assay is ready. This link is good for one browser; run "assay serve" again for another:');
    show(url, options.open ?? false, print);
    return { url, port: serving.port, ...closing(serving, services) };
  } catch (error) {
    await services.dispose();
    throw error;
  }
}

/** The example on the first start, later the project that was open last. */
async function projectToShow(services: Services, log: Log): Promise<Project | null> {
  return (await firstStart(services, log)) ?? services.projects.list().find((one) => one.exists) ?? null;
}

async function listen(
  options: HeadlessOptions,
  { services, ...rest }: { services: Services; dataFolder: string; host: string; log: Log },
): Promise<Serving> {
  const staticFolder =
    options.staticFolder ??
    resolve(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../dist/renderer' : '../renderer');
  const routeOf = async (folder: string): Promise<string> => projectRoute((await services.openProject(folder)).id);
  const all = { ...rest, services, staticFolder, routeOf, allowHosts: options.allowHosts ?? [] };
  try {
    return await serve({ ...all, port: options.port ?? DEFAULT_PORT });
  } catch (error) {
    const taken = error instanceof AppError && error.code === 'CONFLICT';
    if (taken && options.port === undefined) return serve({ ...all, port: 0 });
    throw error;
  }
}

function show(url: string, open: boolean, print: (line: string) => void): void {
  print(`  ${url}`);
  if (open && !openInBrowser(url)) print('There is no display here; open the link yourself.');
}

function closing(serving: Serving, services: Services): Pick<Headless, 'closed' | 'close'> {
  const { promise: closed, resolve: ended } = Promise.withResolvers<void>();
  let stopping = false;
  const close = async (): Promise<void> => {
    if (!stopping) {
      stopping = true;
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      await serving.close();
      await services.dispose();
      ended();
    }
    await closed;
  };
  const stop = (): void => void close();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return { closed, close };
}

/** Reads the flags of `node electron/headless.ts`. */
export function readFlags(args: readonly string[]): HeadlessOptions {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      open: { type: 'boolean', default: true },
      project: { type: 'string' },
      'allow-host': { type: 'string', multiple: true },
    },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new AppError('BAD_REQUEST', 'A port is a number from 0 to 65535.');
  }
  return {
    open: values.open,
    project: values.project ?? null,
    allowHosts: values['allow-host'] ?? [],
    ...(port === undefined ? {} : { port }),
    ...(values.host === undefined ? {} : { host: values.host }),
  };
}

// in the bundle this file is a part of the terminal's; it starts by itself only under its own name
if (import.meta.main && /^headless\./.test(basename(import.meta.filename))) {
  try {
    const { closed } = await startHeadless(readFlags(process.argv.slice(2)));
    await closed;
    process.exit(0);
  } catch (error) {
    process.stderr.write(`assay: ${messageOf(error)}\n`);
    process.exit(error instanceof AppError ? 1 : 2);
  }
}
