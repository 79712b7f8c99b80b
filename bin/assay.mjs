#!/usr/bin/env node
// The `assay` command. Plain JavaScript that runs on any Node from 18 on, because the machine's own may be older than the one Assay needs;
// then it starts itself again with the Node that came along as a package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = 24;
const home = dirname(dirname(fileURLToPath(import.meta.url)));

/** The packaged Node, in this package's own node_modules or in one it was hoisted to. */
function packagedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = home; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', `node-${platform}-${process.arch}`, 'bin', binary);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return null;
  }
}

function again(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    // a Ctrl-C of the terminal reaches the child by itself; only what was sent to this process alone is passed on
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`assay: ${node} could not be started (${error.message}).\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

async function here() {
  // keeps compiled and type-stripped code between starts: a quarter less memory and a quicker start
  module.enableCompileCache();
  const built = join(home, 'dist', 'electron', 'cli.mjs');
  const source = join(home, 'electron', 'cli.ts');
  const { main } = await import(pathToFileURL(existsSync(source) ? source : built).href);
  process.exitCode = await main(process.argv.slice(2));
}

const major = Number(process.versions.node.split('.')[0]);
if (major >= NEEDED) {
  await here();
} else {
  const node = packagedNode();
  if (node) {
    again(node);
  } else {
    process.stderr.write(
      `assay: this needs Node ${NEEDED} or newer; here is ${process.versions.node}, and the Node that comes with Assay is not installed for ` +
        `${process.platform}-${process.arch}. Install Node ${NEEDED}, or run "npm install" again without --omit=optional.\n`,
    );
    process.exitCode = 1;
  }
}
