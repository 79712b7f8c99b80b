/**
 * `npm start`: the desktop app where Electron and a display are there, else the same app in the browser. Builds what is missing or older than
 * its sources. Electron's runtime is fetched by the first start with a display; when that fails, nobody waits for it again for a day.
 * `npm start -- --browser` always serves; every other flag is that of `assay serve`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasDisplay } from '../electron/platform/open-in-browser.ts';
import { messageOf } from '../shared/errors.ts';
import { bundle, ROOT } from './bundle.ts';
import { realElectron } from './stand-in.ts';
import { isStale, startPlan } from './start-plan.ts';

const FETCH_MS = 60_000;
const FETCH_AGAIN_MS = 24 * 3600_000;
/** A window that closed sooner than this with an error never came up. */
const CAME_UP_MS = 5_000;
const FETCH_FAILED = join(ROOT, 'dist', '.electron-not-fetched');
const COMMON = ['shared/**/*.ts', 'package.json', 'vite.config.ts'];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs a program to its end; null when it took too long. */
function run(command: string, args: readonly string[], timeout?: number): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...(timeout === undefined ? {} : { timeout }) });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code));
  });
}

async function fetchElectron(): Promise<string | null> {
  say('Fetching Electron, this once (at most a minute) …');
  const code = await run(process.execPath, [join(ROOT, 'node_modules', 'electron', 'install.js')], FETCH_MS);
  if (code === 0) return realElectron(ROOT);
  mkdirSync(dirname(FETCH_FAILED), { recursive: true });
  writeFileSync(FETCH_FAILED, '');
  return null;
}

async function desktop(executable: string): Promise<boolean> {
  const main = join(ROOT, 'dist', 'electron', 'main.mjs');
  if (isStale(main, ROOT, [...COMMON, 'electron/**/*.ts'])) await bundle();
  const started = performance.now();
  const code = await run(executable, [ROOT]);
  return code === 0 || performance.now() - started > CAME_UP_MS;
}

async function start(args: readonly string[]): Promise<void> {
  const index = join(ROOT, 'dist', 'renderer', 'index.html');
  if (isStale(index, ROOT, [...COMMON, 'renderer/**/*'])) {
    say('Building the page …');
    // loaded only when needed: a start that builds nothing is quick
    const { build } = await import('vite');
    await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
  }
  const failedAt = statSync(FETCH_FAILED, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const found = {
    browserWanted: args.length > 0,
    display: hasDisplay(),
    fetchFailed: Date.now() - failedAt < FETCH_AGAIN_MS,
  };
  let plan = startPlan({ ...found, installed: realElectron(ROOT) !== null });
  if (plan.how === 'fetch') {
    const fetched = (await fetchElectron()) !== null;
    if (fetched) rmSync(FETCH_FAILED, { force: true });
    plan = startPlan({ ...found, installed: fetched, fetchFailed: !fetched });
  }
  if (plan.how === 'desktop') {
    if (await desktop(realElectron(ROOT)!)) return;
    say('The desktop app did not come up, so Assay is served to the browser.');
  } else if (plan.how === 'browser') {
    say(plan.why);
  }
  // a Ctrl-C reaches the server by itself; this waits for its end
  process.on('SIGINT', () => {});
  // a process of its own, so that the server is not burdened with what building the page has loaded
  const flags = args.filter((arg) => arg !== '--browser');
  process.exitCode = (await run(process.execPath, [join(ROOT, 'bin', 'assay.mjs'), 'serve', ...flags])) ?? 1;
}

try {
  await start(process.argv.slice(2));
  process.exit();
} catch (error) {
  process.stderr.write(`assay: ${messageOf(error)}\n`);
  process.exit(1);
}
