import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { AppError, messageOf } from '../../shared/errors.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { createAuth } from './auth.ts';
import { removeServerFile, writeServerFile } from './control.ts';
import { createHandler } from './handler.ts';
import { createHostCheck } from './origin.ts';
import { asked, question, rawReply, send } from './send.ts';
import { createSockets } from './sockets.ts';
import { text } from './static.ts';
import type { HostServices } from './types.ts';

export type ServeOptions = {
  services: HostServices;
  /** Assay's own data folder: sessions and `server.json` live there. */
  dataFolder: string;
  /** The built page. */
  staticFolder: string;
  log: Log;
  /** 0 for any free one. */
  port: number;
  /** The address to listen on; only a person's own flag may name another than 127.0.0.1. */
  host?: string;
  /** More host names to answer to. */
  allowHosts?: readonly string[];
  /** Opens a folder that the terminal names and says which route of the app shows it. */
  routeOf?: (project: string) => Promise<string>;
  clock?: Clock;
};

export type Serving = {
  readonly port: number;
  /** A fresh link with a token that works once. */
  link(route?: string): string;
  close(): Promise<void>;
};

/**
 * Opens the one server socket: page, artifacts and the contract.
 * @throws AppError CONFLICT when the port is taken, BAD_REQUEST when the address cannot be listened on
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { services, dataFolder, staticFolder, log, host = '127.0.0.1', clock = systemClock } = options;
  const auth = createAuth(dataFolder, clock);
  const secret = randomBytes(32).toString('base64url');
  const server = createServer();
  const port = await listen(server, options.port, host);

  const link = (route = '/'): string => {
    const url = new URL(route, `http://${urlHost(host)}:${port}`);
    url.searchParams.set('token', auth.link());
    return url.href;
  };
  const linkTo = async (project: string | null): Promise<string> =>
    link(project && options.routeOf ? await options.routeOf(project) : '/');
  const allowsHost = createHostCheck([...ownNames(host), ...(options.allowHosts ?? [])]);
  const handler = createHandler({ services, auth, allowsHost, staticFolder, secret, link: linkTo, log });
  const sockets = createSockets(services.router, log);

  server.on('request', (request, response) => {
    void asked(request)
      .then((one) => handler.handle(one))
      .catch((error: unknown) => {
        log.error('a request failed', { error: messageOf(error) });
        return text(500, 'Something went wrong inside Assay. The log has the details.');
      })
      .then((reply) => send(reply, response, request.method === 'HEAD'))
      // the other side went away, or the file became shorter: nothing more can be said on this connection
      .catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refused = handler.refuseSocket(question(request));
    if (refused) socket.end(rawReply(refused));
    else sockets.accept(request, socket, head);
  });

  writeServerFile(dataFolder, {
    pid: process.pid,
    startTime: clock.now(),
    address: isAny(host) ? '127.0.0.1' : host,
    port,
    secret,
  });
  log.info('serving', { port, host });
  return {
    port,
    link,
    async close() {
      removeServerFile(dataFolder, secret);
      sockets.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

const isAny = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** What stands in a link: an address that means "all of them" is no address to go to. */
function urlHost(host: string): string {
  if (isAny(host)) return hostname();
  return host.includes(':') ? `[${host}]` : host;
}

/** The names by which a server on this address is rightly called. Numbers cannot be rebound; this machine's own name is the person's choice. */
function ownNames(host: string): string[] {
  const addresses = isAny(host)
    ? Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address))
    : [host];
  return [...(isAny(host) ? [hostname()] : []), ...addresses.map((one) => (one.includes(':') ? `[${one}]` : one))];
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') {
      throw new AppError(
        'CONFLICT',
        `Port ${port} is taken by another program. Choose another with --port, or --port 0 for any free one.`,
        { port },
      );
    }
    throw new AppError(
      'BAD_REQUEST',
      `Cannot listen on ${host} port ${port} (${messageOf(error)}). Check --host and --port.`,
      { port, host },
    );
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}
