import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { useSyncExternalStore } from 'react';
import { AppError } from '../../shared/errors.ts';
import type { DesktopBridge, HostGoneMessage, PortMessage } from '../../shared/platform.ts';
import { customJsonSerializers } from '../../shared/rpc-serializers.ts';
import { backOff } from './back-off.ts';
import { desktop } from './platform.ts';

export type Link = SocketLink<Record<never, never>> | PortLink<Record<never, never>>;

/**
 * `connecting`: the first time. `open`: calls are answered. `reconnecting`: it was open and is being tried again.
 * `refused`: the host answers but does not know this browser (it was restarted with another token).
 */
export type ConnectionState = 'connecting' | 'open' | 'reconnecting' | 'refused';

const WAIT_MS = 15_000;

let state: ConnectionState = 'connecting';
/** Counts the links that were made; a new number means that streams of the old one are gone. */
let generation = 0;
let current: Link | undefined;
const watchers = new Set<() => void>();
const waiters = new Set<(link: Link) => void>();

function become(next: ConnectionState, link?: Link): void {
  state = next;
  current = link;
  if (link) {
    generation += 1;
    for (const waiter of waiters) waiter(link);
    waiters.clear();
  }
  for (const watcher of watchers) watcher();
}

export const connection = {
  get state(): ConnectionState {
    return state;
  },
  get generation(): number {
    return generation;
  },
  subscribe(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  /** Tries again now instead of at the end of the pause. */
  retry(): void {
    retryNow?.();
  },
};

/** The state of the line to the host, for banners. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, () => state);
}

/** The link in use; waits for one while there is none, and gives up with a sentence after 15 seconds. */
export function currentLink(): Link | Promise<Link> {
  if (current) return current;
  return new Promise((resolve, reject) => {
    const waiter = (link: Link): void => {
      clearTimeout(timer);
      resolve(link);
    };
    const timer = setTimeout(() => {
      waiters.delete(waiter);
      reject(
        new AppError(
          'UNAVAILABLE',
          'Assay does not answer. Check that it is still running; this page reconnects by itself.',
        ),
      );
    }, WAIT_MS);
    waiters.add(waiter);
  });
}

let retryNow: (() => void) | undefined;

function connectSocket(attempt: number): void {
  const url = new URL('/ws', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  let opened = false;
  socket.addEventListener('open', () => {
    opened = true;
    become('open', new SocketLink({ websocket: socket, customJsonSerializers }));
  });
  socket.addEventListener('close', () => {
    if (state !== 'connecting' && state !== 'refused') become('reconnecting');
    if (!opened) void askWhetherRefused();
    const next = opened ? 0 : attempt + 1;
    const timer = setTimeout(go, backOff(next));
    function go(): void {
      clearTimeout(timer);
      retryNow = undefined;
      connectSocket(next);
    }
    retryNow = go;
  });
}

/** A browser hides why a socket was refused, so the page itself is asked for. */
async function askWhetherRefused(): Promise<void> {
  try {
    const answer = await fetch('/', { cache: 'no-store', redirect: 'manual' });
    if (answer.status === 401 || answer.status === 403) become('refused');
  } catch {
    if (state === 'refused') become('reconnecting');
  }
}

function connectPort(bridge: DesktopBridge): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const type = (event.data as Partial<PortMessage | HostGoneMessage> | null)?.type;
    if (event.source !== window) return;
    if (type === 'assay-host-gone') become('reconnecting');
    if (type !== 'assay-port') return;
    const port = event.ports[0];
    if (!port) return;
    const link = new PortLink({ port, customJsonSerializers });
    port.addEventListener('close', () => {
      if (current === link) become('reconnecting');
    });
    port.start();
    become('open', link);
  });
  retryNow = () => bridge.connect();
  bridge.connect();
}

/** Opens the line to the host: a MessagePort in the desktop app, a WebSocket in a browser. Call once. */
export function connect(): void {
  const bridge = desktop();
  if (bridge) {
    connectPort(bridge);
    return;
  }
  connectSocket(0);
  window.addEventListener('online', () => retryNow?.());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) retryNow?.();
  });
}
