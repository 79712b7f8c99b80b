import type { MessageChannelMain, MessagePortMain, UtilityProcess } from 'electron';
import type { FromHost, ToHost } from '../../shared/platform.ts';
import type { ServedAddress } from '../../shared/served-address.ts';
import type { FoundArtifact } from './protocol.ts';

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 10_000;
/** A host that lived this long was well; the next restart waits as little as the first. */
const WELL_MS = 60_000;
/** A heat map of two large photographs takes seconds. */
const ARTIFACT_MS = 60_000;
const SHUTDOWN_MS = 5_000;

/** What this needs of Electron, so that a double that does not fit any more fails to compile. */
export type HostChild = Pick<UtilityProcess, 'on' | 'once' | 'postMessage' | 'kill'>;
type Deps = {
  fork: () => HostChild;
  channel: () => Pick<MessageChannelMain, 'port1' | 'port2'>;
  /** Calls back later, and returns the way to take it back. */
  later: (ms: number, then: () => void) => () => void;
  now: () => number;
  onReady: () => void;
  onGone: (restartInMs: number) => void;
};

export type HostProcess = ReturnType<typeof createHostProcess>;

/** How long to wait before the n-th restart in a row: 0.5 s, doubled each time, at most 10 s. */
export function restartWait(failures: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** failures, MAX_WAIT_MS);
}

/** Keeps the host running: starts it, starts it again when it dies, and hands out ways to it. */
export function createHostProcess({ fork, channel, later, now, onReady, onGone }: Deps) {
  let child: HostChild | null = null;
  let ready = false;
  let failures = 0;
  let stopping: (() => void) | null = null;
  let takeBackRestart: (() => void) | null = null;
  let nextId = 0;
  const asked = new Map<number, (answer: FoundArtifact) => void>();

  const send = (message: ToHost, ports?: MessagePortMain[]): void => child?.postMessage(message, ports);

  const start = (): void => {
    const startedAt = now();
    const one = fork();
    child = one;
    one.on('message', (message: FromHost) => {
      if (message.type === 'ready') {
        ready = true;
        onReady();
        return;
      }
      asked.get(message.id)?.(
        message.found ? { found: message.found } : { found: null, status: message.status, message: message.message },
      );
    });
    one.once('exit', () => {
      child = null;
      ready = false;
      for (const answer of asked.values()) answer(GONE);
      if (stopping) {
        stopping();
        return;
      }
      if (now() - startedAt > WELL_MS) failures = 0;
      const wait = restartWait(failures++);
      onGone(wait);
      takeBackRestart = later(wait, start);
    });
  };

  return {
    start,

    /** One end of a new channel whose other end is in the host; null while there is no host: `onReady` says when to ask again. */
    connect(): MessagePortMain | null {
      if (!ready) return null;
      const { port1, port2 } = channel();
      send({ type: 'connect' }, [port1]);
      return port2;
    },

    /** Asks the host where the bytes of an address are. */
    artifact(address: ServedAddress): Promise<FoundArtifact> {
      if (!ready) return Promise.resolve(GONE);
      const id = nextId++;
      return new Promise((resolve) => {
        const answer = (found: FoundArtifact): void => {
          takeBack();
          asked.delete(id);
          resolve(found);
        };
        const takeBack = later(ARTIFACT_MS, () => answer(GONE));
        asked.set(id, answer);
        send({ type: 'artifact', id, address });
      });
    },

    /** Lets the host end in its own way, and kills it when it takes too long. Runs go on. */
    stop(): Promise<void> {
      takeBackRestart?.();
      const one = child;
      return new Promise((resolve) => {
        const takeBack = later(SHUTDOWN_MS, () => one?.kill());
        stopping = () => {
          takeBack();
          resolve();
        };
        if (one) send({ type: 'shutdown' });
        else stopping();
      });
    },
  };
}

const GONE: FoundArtifact = {
  found: null,
  status: 503,
  message: 'Assay is starting again. Try once more in a moment.',
};
