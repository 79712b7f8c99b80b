import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../../../shared/errors.ts';
import { makeFolder } from '../../platform/files.ts';
import { createHandler, type Handler, type RegistryOptions } from './handler.ts';

export type LocalRegistry = {
  /** `127.0.0.1:port`, which clients take as a registry's name */
  readonly host: string;
  close(): Promise<void>;
};

/**
 * A registry on this machine alone; it makes its folder.
 * @param port 0 for any free one
 * @param wrap looks at requests first; for tests
 * @throws AppError UNAVAILABLE when the folder or the port cannot be had
 */
export async function startRegistry(
  options: RegistryOptions & { readonly port?: number },
  wrap: (handler: Handler) => Handler = (handler) => handler,
): Promise<LocalRegistry> {
  makeFolder(options.folder);
  const handler = wrap(createHandler(options));
  const server = createServer((request, response) => void handler(request, response));
  // a large model may take longer to arrive than Node's five minutes
  server.requestTimeout = 0;
  const port = options.port ?? 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new AppError(
          'UNAVAILABLE',
          error.code === 'EADDRINUSE'
            ? `Port ${port} is taken. Choose another one, or 0 for any that is free.`
            : `The registry cannot listen on port ${port}: ${error.message}.`,
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
