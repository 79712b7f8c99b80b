/**
 * `npm run package`: builds the page and the machine's side, packs them, and checks what came out. Where Electron's runtime could not be
 * fetched, a stand-in takes its place; what could not be tried then is said at the end. `--make` builds the installers too (real runtime only).
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build as buildPage } from 'vite';
import electronPackage from '../node_modules/electron/package.json' with { type: 'json' };
import { messageOf } from '../shared/errors.ts';
import { bundle, ROOT } from './bundle.ts';
import { checkPackage } from './package-check.ts';
import { makeStandIn, realElectron } from './stand-in.ts';

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`))));
  });
}

async function main(): Promise<void> {
  const real = realElectron(ROOT);
  const make = process.argv.includes('--make');
  if (make && !real)
    throw new Error(
      'Installers need the real Electron. Run "npx install-electron" where its download host can be reached.',
    );
  await buildPage({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
  await bundle();
  const release = join(ROOT, 'release');
  rmSync(release, { recursive: true, force: true });
  const target = make ? [] : ['--dir'];
  const standIn = join(ROOT, 'dist', 'electron-stand-in');
  if (!real) makeStandIn(standIn, electronPackage.version);
  const dist = real ? [] : [`-c.electronDist=${standIn}`];
  await run('electron-builder', [...target, '--publish', 'never', ...dist]);
  const checks = await checkPackage(release, ROOT);
  const notRun = [
    ...(real
      ? ['the window itself: "npm run e2e -- e2e/desktop.spec.ts" drives it']
      : [
          "the packaged app itself: Electron's runtime is not here (its download host cannot be reached), a stand-in took its place",
        ]),
    ...(make ? [] : ['installers (AppImage, deb, dmg, nsis): "npm run package -- --make" where the runtime is']),
    'signing and notarisation: no certificates here',
  ];
  for (const { name, problem, detail } of checks)
    process.stdout.write(`${problem ? 'FAILED ' : 'ok     '} ${name}: ${problem ?? detail}\n`);
  for (const name of notRun) process.stdout.write(`not run ${name}\n`);
  if (checks.some((check) => check.problem)) process.exitCode = 1;
}

await main().catch((error: unknown) => {
  process.stderr.write(`package: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
