/** The host of the desktop app, in an Electron utilityProcess: the services, with a MessagePort to each window. */
import { join } from 'node:path';
import { RPCHandler } from '@orpc/server/message-port';
import { AppError, ERROR_STATUS, messageOf } from '../shared/errors.ts';
import type { FromHost, PortToMain, ToHost } from '../shared/platform.ts';
import { customJsonSerializers } from '../shared/rpc-serializers.ts';
import { firstStart } from './first-start.ts';
import type { HostServices } from './http/types.ts';
import { fileLog, type Log } from './platform/log.ts';
import { dataFolder } from './platform/paths.ts';
import { createServices } from './services/index.ts';

/** Answers main: gives a window its line to the contract, says where files are, ends when told to. */
export function runHost(main: PortToMain, services: HostServices, log: Log, exit: () => void): void {
  const handler = new RPCHandler(services.router, { customJsonSerializers });
  const say = (message: FromHost): void => main.postMessage(message);

  const artifact = async ({ id, address }: ToHost & { type: 'artifact' }): Promise<void> => {
    try {
      const found = await services.servedFile(address);
      say({ type: 'artifact', id, found, status: 200, message: '' });
    } catch (error) {
      if (!(error instanceof AppError)) log.error('a file could not be served', { error: messageOf(error) });
      const status = error instanceof AppError ? ERROR_STATUS[error.code] : 500;
      const message =
        error instanceof AppError ? error.message : 'This file could not be read. The log of Assay says why.';
      say({ type: 'artifact', id, found: null, status, message });
    }
  };

  main.on('message', ({ data, ports }) => {
    const message = data as ToHost;
    if (message.type === 'artifact') void artifact(message);
    else if (message.type === 'shutdown') void services.dispose().finally(exit);
    else if (ports[0]) {
      handler.upgrade(ports[0] as Parameters<typeof handler.upgrade>[0], { context: {} });
      ports[0].start();
    }
  });
  say({ type: 'ready' });
}

const parentPort = (process as { parentPort?: PortToMain }).parentPort;
if (parentPort) {
  const folder = dataFolder();
  const log = fileLog(join(folder, 'logs', 'host.ndjson'));
  const services = createServices({ dataFolder: folder, mode: 'desktop', log });
  runHost(parentPort, services, log, () => process.exit(0));
  void firstStart(services, log);
}
