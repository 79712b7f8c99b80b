import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { customJsonSerializers } from '../../shared/rpc-serializers.ts';
import type { Log } from '../platform/log.ts';
import type { HostServices } from './types.ts';

/** What one message from a page may weigh. Questions are small; answers have no such limit. */
export const MAX_MESSAGE_BYTES = 8_000_000;
/** A page that does not read is let go when this much waits for it. */
const MAX_WAITING_BYTES = 256_000_000;
const HEARTBEAT_MS = 15_000;

/** The live connections of pages: the contract over WebSockets, with a heartbeat that finds the dead ones. */
export function createSockets(router: HostServices['router'], log: Log, heartbeatMs = HEARTBEAT_MS) {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const handler = new RPCHandler(router, { customJsonSerializers });
  const answered = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const socket of server.clients) {
      if (!answered.has(socket) || socket.bufferedAmount > MAX_WAITING_BYTES) socket.terminate();
      answered.delete(socket);
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  }, heartbeatMs);
  timer.unref();

  return {
    accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      server.handleUpgrade(request, socket, head, (client) => {
        answered.add(client);
        client.on('pong', () => answered.add(client));
        client.on('error', (error) => log.warn('a connection failed', { error: error.message }));
        void handler.upgrade(client, { context: {} });
      });
    },
    /** Tells every page to come back later and ends. */
    close(): void {
      clearInterval(timer);
      for (const socket of server.clients) {
        socket.close(1001, 'Assay is stopping');
        socket.terminate();
      }
      server.close();
    },
  };
}
