/**
 * One push in a process of its own: `node bench/models/push-once.ts HOST FOLDER VERSION`, where FOLDER has `model.safetensors` and its SHA-256 in
 * `sha256`. Prints seconds, bytes that were there already, and how far the process's memory grew over what it had before.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openOci } from '../../electron/services/targets/oci/oci.ts';
import { outgoingVersion } from '../../electron/testing/outgoing-version.ts';

export type Once = { readonly seconds: number; readonly skipped: number; readonly grownMb: number };

const [host, folder, version] = process.argv.slice(2) as [string, string, string];
const file = join(folder, 'model.safetensors');
const own = outgoingVersion(folder, { 'model.safetensors': '' }, {}, version);
const model = {
  path: 'model.safetensors',
  size: statSync(file).size,
  sha256: readFileSync(join(folder, 'sha256'), 'utf8').trim(),
  file,
};
const driver = openOci({ type: 'oci', url: `${host}/v${version}` }, { root: folder, name: 'local', secret: null });
const idle = process.memoryUsage.rss();
let most = idle;
const timer = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 20);
const work = { signal: new AbortController().signal, onBytes: () => {} };
const from = performance.now();
const pushed = await driver.push({ ...own, files: [model] }, work);
const seconds = (performance.now() - from) / 1000;
clearInterval(timer);
await driver.close();
const once: Once = {
  seconds,
  skipped: pushed.skippedBytes / (pushed.bytes + pushed.skippedBytes),
  grownMb: (most - idle) / 1e6,
};
process.stdout.write(`${JSON.stringify(once)}\n`);
