import { type ChildProcess, spawn } from 'node:child_process';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import WebSocket from 'ws';
import type { Contract } from '../../shared/contract/index.ts';
import { customJsonSerializers } from '../../shared/rpc-serializers.ts';

export type HostProcess = {
  readonly client: ContractRouterClient<Contract>;
  readonly pid: number;
  readonly origin: string;
  readonly cookie: string;
  /** SIGKILL: nothing of the host gets a chance to tidy up. */
  kill(): Promise<void>;
  /** SIGTERM, as a person ends it. Returns its exit code. */
  stop(): Promise<number | null>;
};

/** A real headless host in a process of its own, and a real client over its WebSocket. `around` is put before its command and must `exec` it. */
export async function startHost(
  home: string,
  root: string | null,
  env: NodeJS.ProcessEnv = {},
  around: readonly string[] = [],
): Promise<HostProcess> {
  const args = ['electron/headless.ts', '--no-open', '--port', '0', ...(root ? ['--project', root] : [])];
  const [program, ...words] = [...around, process.execPath, ...args] as [string, ...string[]];
  const child = spawn(program, words, {
    env: { ...process.env, ASSAY_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const link = await firstLink(child);
  const { origin } = new URL(link);
  const answer = await fetch(link, { redirect: 'manual' });
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers: { cookie, origin } });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const client: ContractRouterClient<Contract> = createORPCClient(
    new RPCLink({ websocket: socket as unknown as globalThis.WebSocket, customJsonSerializers }),
  );
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    socket.terminate();
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return exited;
  };
  return {
    client,
    pid: child.pid!,
    origin,
    cookie,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

function firstLink(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (piece: Buffer) => {
      text += piece.toString();
      const url = /http:\/\/\S+token=\S+/.exec(text)?.[0];
      if (url) resolve(url);
    });
    child.on('exit', (code) => reject(new Error(`the host ended with ${code}: ${text}`)));
  });
}

/** Asks again until the answer fits, or throws after the time: for things that another process does. */
export async function until<T>(ask: () => Promise<T> | T, fits: (value: T) => boolean, timeoutMs = 15_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (fits(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)?.slice(0, 500)} after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
