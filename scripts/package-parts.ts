import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * Loads, under the packed Node, every worker of the packed app as a thread, with all that it imports (S3 and SSH clients, Arrow, decoders), and
 * the native parts as the host would find them.
 */
export async function loadParts(node: string, unpacked: string): Promise<string> {
  const folder = join(unpacked, 'dist', 'electron');
  const workers = globSync('*-worker.mjs', { cwd: folder }).toSorted();
  if (workers.length === 0) throw new Error('there is no worker');
  const script = `
    import { createRequire } from 'node:module';
    import { pathToFileURL } from 'node:url';
    import { Worker } from 'node:worker_threads';
    const host = createRequire(${JSON.stringify(join(folder, 'host.mjs'))});
    for (const part of ['sharp', '@parcel/watcher', 'better-sqlite3', '@duckdb/node-api', '@napi-rs/keyring']) host(part);
    for (const name of ${JSON.stringify(workers)}) {
      const url = pathToFileURL(${JSON.stringify(folder)} + '/' + name).href;
      const worker = new Worker("const { parentPort } = require('node:worker_threads'); import(" + JSON.stringify(url) + ").then(() => parentPort.postMessage('loaded'));", { eval: true, execArgv: [], workerData: {} });
      await new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', (error) => reject(new Error(name + ': ' + error.message)));
      });
      await worker.terminate();
    }
  `;
  const child = spawn(node, ['--input-type=module', '-e', script], { stdio: ['ignore', 'inherit', 'pipe'] });
  let text = '';
  child.stderr.on('data', (piece: Buffer) => {
    text += piece.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(text.trim().slice(-800));
  return workers.map((name) => basename(name, '-worker.mjs')).join(', ');
}
