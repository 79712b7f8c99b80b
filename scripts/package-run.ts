import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import { bmp } from '../electron/services/media/testing.ts';
import type { Contract } from '../shared/contract/index.ts';

const LIMIT_MS = 30_000;

/**
 * Starts the packed host as Electron's utilityProcess would, but under the packed Node: with a `process.parentPort` in which a window's port
 * arrives, and asks it `system.info` through that port.
 */
export async function infoFromHost(
  node: string,
  host: string,
  resources: string,
  home: string,
  root: string,
): Promise<string> {
  mkdirSync(home, { recursive: true });
  const client = (name: string): string =>
    pathToFileURL(join(root, 'node_modules', '@orpc', 'client', 'dist', name)).href;
  // the client comes from this checkout, the host and everything it uses from the package
  const script = `
    import { EventEmitter } from 'node:events';
    import { MessageChannel } from 'node:worker_threads';
    import { createORPCClient } from ${JSON.stringify(client('index.mjs'))};
    import { RPCLink } from ${JSON.stringify(client('adapters/message-port/index.mjs'))};
    const toHost = new EventEmitter();
    const ready = new Promise((resolve) => { process.parentPort = Object.assign(toHost, { postMessage: (message) => message.type === 'ready' && resolve() }); });
    await import(${JSON.stringify(pathToFileURL(host).href)});
    await ready;
    const { port1, port2 } = new MessageChannel();
    // Electron's MessagePortMain gives events with data where Node's port gives the data
    const asElectron = { on: (name, listener) => port1.on(name, (data) => listener({ data })), postMessage: (data) => port1.postMessage(data), start: () => port1.start() };
    toHost.emit('message', { data: { type: 'connect' }, ports: [asElectron] });
    const client = createORPCClient(new RPCLink({ port: port2 }));
    port2.start();
    console.log('INFO ' + JSON.stringify(await client.system.info()));
    toHost.emit('message', { data: { type: 'shutdown' }, ports: [] });
  `;
  const child = spawn(node, ['--input-type=module', '-e', script], {
    env: { ...process.env, ASSAY_HOME: home, ASSAY_RESOURCES: resources, ASSAY_NODE: node, ASSAY_EXAMPLE: 'none' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [, json] = await output(child, /INFO (\{.*\})/);
  const info = JSON.parse(json!) as { version: string; mode: string };
  const code = await ended(child);
  if (code !== 0) throw new Error(`answered, but ended with ${code} when it was told to shut down`);
  return `version ${info.version}, mode ${info.mode}, ended when told to`;
}

/** Starts the packed terminal's `serve`, signs in as a browser does, and asks for the page and `system.info`. */
export async function infoFromHeadless(launcher: string, home: string): Promise<string> {
  mkdirSync(home, { recursive: true });
  const started = performance.now();
  const child = spawn(launcher, ['-C', home, 'serve', '--no-open', '--port', '0'], {
    cwd: home,
    env: { ...process.env, ASSAY_HOME: home, ASSAY_EXAMPLE: 'none' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const [link] = await output(child, /http:\/\/\S+token=\S+/);
    const first = performance.now() - started;
    const { origin } = new URL(link!);
    const cookie = (await fetch(link!, { redirect: 'manual' })).headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const page = await fetch(`${origin}/`, { headers: { cookie } });
    if (!(await page.text()).includes('<div id="root">')) throw new Error(`the page did not come (${page.status})`);
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers: { cookie, origin } });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ websocket: socket as never }));
    const { version } = await client.system.info();
    const project = await client.projects.open({ path: home });
    socket.terminate();
    writeFileSync(join(home, 'a.bmp'), bmp(Array.from({ length: 40 }, () => Array(40).fill([200, 30, 30]))));
    const thumb = await fetch(`${origin}/data/${project.id}/~/a.bmp?thumb=64`, { headers: { cookie } });
    if (thumb.headers.get('content-type') !== 'image/webp')
      throw new Error(`no thumbnail came (${thumb.status}): ${(await thumb.text()).slice(0, 300)}`);
    return `version ${version}, page, socket and a thumbnail answer, link printed after ${Math.round(first)} ms`;
  } finally {
    child.kill('SIGTERM');
    await ended(child);
  }
}

/** Waits until a program has written something that fits; fails with what it wrote when it ends first or takes too long. */
function output(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (why: string): void => reject(new Error(`${why}: ${text.trim().slice(-800)}`));
    const timer = setTimeout(() => {
      fail(`no answer within ${LIMIT_MS / 1000} s`);
      child.kill('SIGKILL');
    }, LIMIT_MS);
    const read = (piece: Buffer): void => {
      text += piece.toString();
      const match = pattern.exec(text);
      if (!match) return;
      clearTimeout(timer);
      resolve(match);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', resolve));
}

/** Makes a project with the packed terminal and runs a command in it: the run wrapper, the database and the git worker all come along. */
export async function runFromTerminal(launcher: string, node: string, home: string): Promise<string> {
  mkdirSync(home, { recursive: true });
  const assay = async (...args: string[]): Promise<{ code: number | null; text: string }> => {
    const child = spawn(launcher, ['-C', home, ...args], {
      cwd: home,
      env: { ...process.env, ASSAY_HOME: join(home, 'data') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        text += piece.toString();
      });
    }
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, text };
  };
  const made = await assay('init');
  if (made.code !== 0) throw new Error(`"assay init" ended with ${made.code}: ${made.text.slice(-500)}`);
  const ran = await assay('run', '--', node, '-e', 'process.exit(3)');
  if (ran.code !== 3)
    throw new Error(`"assay run" ended with ${ran.code} instead of the command's 3: ${ran.text.slice(-500)}`);
  const listed = await assay('runs', 'list', '--json');
  const [run] = JSON.parse(listed.text) as { status: string; exitCode: number }[];
  if (run?.status !== 'failed' || run.exitCode !== 3)
    throw new Error(`the run is listed as ${JSON.stringify(run)?.slice(0, 300)}`);
  return 'a command was run, its exit code kept, and the run listed';
}
