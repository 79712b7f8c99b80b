import { existsSync, globSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { messageOf } from '../shared/errors.ts';
import { loadParts } from './package-parts.ts';
import { infoFromHeadless, infoFromHost, runFromTerminal } from './package-run.ts';

export type Check = { name: string; problem?: string; detail?: string };

/** The one place in a release folder where the app's `resources` are, on each platform. */
function appFolder(release: string): { resources: string; executable: string } {
  const mac = globSync(join(release, 'mac*', 'Assay.app'))[0];
  if (mac)
    return { resources: join(mac, 'Contents', 'Resources'), executable: join(mac, 'Contents', 'MacOS', 'Assay') };
  const folder = join(release, readdirSync(release).find((name) => name.endsWith('unpacked')) ?? '');
  return {
    resources: join(folder, 'resources'),
    executable: join(folder, process.platform === 'win32' ? 'Assay.exe' : 'assay'),
  };
}

/** Looks into a packed app and starts what can be started of it. */
export async function checkPackage(release: string, root: string): Promise<Check[]> {
  const { resources, executable } = appFolder(release);
  const asar = join(resources, 'app.asar');
  const unpacked = join(resources, 'app.asar.unpacked');
  const node = join(resources, 'node', process.platform === 'win32' ? 'node.exe' : 'node');
  const checks: Check[] = [];
  const check = async (name: string, look: () => string | Promise<string>): Promise<void> => {
    try {
      checks.push({ name, detail: await look() });
    } catch (error) {
      checks.push({ name, problem: messageOf(error) });
    }
  };

  await check('asar', () => checkAsar(asar));
  await check('native parts', () => checkNative(unpacked));
  await check('resources', () => checkResources(resources));
  await check('fuses', () => checkFuses(executable));
  const home = mkdtempSync(join(tmpdir(), 'assay-packed-'));
  try {
    await check('packaged host under plain Node', () =>
      infoFromHost(node, join(unpacked, 'dist', 'electron', 'host.mjs'), resources, join(home, 'a'), root),
    );
    await check('packaged "assay serve" under plain Node', () =>
      infoFromHeadless(join(resources, 'bin', 'assay'), join(home, 'b')),
    );
    await check('packaged "assay run" under plain Node', () =>
      runFromTerminal(join(resources, 'bin', 'assay'), node, join(home, 'c')),
    );
    await check('every packaged worker and native part loads under plain Node', () => loadParts(node, unpacked));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return checks;
}

const NATIVE =
  /^node_modules\/(?:better-sqlite3|@duckdb\/node-(?:api|bindings(?:-[\w-]+)?)|sharp|@img\/(?:colour|sharp-[\w-]+)|semver|@parcel\/watcher(?:-[\w-]+)?|@napi-rs\/keyring(?:-[\w-]+)?|is-glob|is-extglob|picomatch|detect-libc)\//;
/** All that may be in the asar. */
const ALLOWED = [
  /^package\.json$/,
  /^bin\/assay\.mjs$/,
  /^dist\/electron\/(?:main|host|headless|cli|runner|chunk-[\w.-]+|[a-z]+-worker)\.mjs$/,
  /^dist\/electron\/preload\.cjs$/,
  /^dist\/renderer\//,
  NATIVE,
];
const NEEDED = [
  'package.json',
  'bin/assay.mjs',
  'dist/renderer/index.html',
  ...['main.mjs', 'preload.cjs', 'host.mjs', 'headless.mjs', 'cli.mjs', 'runner.mjs'].map(
    (name) => `dist/electron/${name}`,
  ),
];
/** What only Electron reads stays inside, where its integrity is checked. */
const INSIDE = ['package.json', 'dist/electron/main.mjs', 'dist/electron/preload.cjs'];

function checkAsar(asar: string): string {
  const all = listPackage(asar, { isPack: false }).map((path) => path.replaceAll('\\', '/').replace(/^\//, ''));
  const files = all.filter((path) => !('files' in statFile(asar, path)));
  const missing = NEEDED.filter((path) => !files.includes(path));
  if (missing.length > 0) throw new Error(`lacks ${missing.join(', ')}`);
  const strange = files.filter((path) => !ALLOWED.some((pattern) => pattern.test(path)));
  if (strange.length > 0)
    throw new Error(`holds ${strange.length} things it should not, such as ${strange.slice(0, 5).join(', ')}`);
  const inside = files.filter((path) => !(statFile(asar, path) as { unpacked?: boolean }).unpacked);
  if (inside.toSorted().join() !== INSIDE.toSorted().join())
    throw new Error(`has ${inside.join(', ')} inside, expected only ${INSIDE.join(', ')}`);
  return `${files.length} files, nothing else; ${inside.length} inside, the rest beside it for a plain Node`;
}

function checkNative(unpacked: string): string {
  const found = globSync('node_modules/**/*.{node,so,so.*,dylib,dll}', { cwd: unpacked });
  const machine = `${process.platform}-${process.arch}`;
  const wanted = [`${machine}.node`, 'duckdb.node', 'watcher.node'];
  const missing = wanted.filter((name) => !found.some((path) => path.endsWith(name)));
  for (const part of ['sharp', ...(process.platform === 'win32' ? [] : ['sharp-libvips'])])
    if (!found.some((path) => path.replaceAll('\\', '/').includes(`@img/${part}-${machine}/`))) missing.push(part);
  if (!found.some((path) => /@napi-rs.keyring-.*\.node$/.test(path))) missing.push('keyring');
  if (missing.length > 0) throw new Error(`${missing.join(', ')} not unpacked`);
  const others = found.filter(
    (path) =>
      (/prebuilds/.test(path) && !path.endsWith(wanted[0]!)) ||
      (/@(img|parcel|napi-rs)/.test(path) && !path.includes(machine)),
  );
  if (others.length > 0) throw new Error(`carries other platforms: ${others.join(', ')}`);
  return found.toSorted().join(', ');
}

function checkResources(resources: string): string {
  const node = process.platform === 'win32' ? 'node/node.exe' : 'node/node';
  const needed = [
    'python/pyproject.toml',
    'python/assay/__init__.py',
    'examples/penguins/history/history.json',
    'bin/assay',
    'LICENSE',
    'node/LICENSE',
    node,
  ];
  const missing = needed.filter((path) => !existsSync(join(resources, path)));
  if (missing.length > 0) throw new Error(`lacks ${missing.join(', ')}`);
  const litter = globSync('{python,examples}/**/{__pycache__,*.pyc,.assay}', { cwd: resources });
  if (litter.length > 0) throw new Error(`carries ${litter.slice(0, 3).join(', ')}`);
  return `Python SDK, example, licences, terminal launcher, Node (${Math.round(statSync(join(resources, node)).size / 1e6)} MB)`;
}

const ON = '1'.charCodeAt(0);
/** The fuses that must be on; every other one must be off (LoadBrowserProcessSpecificV8Snapshot is left as Electron has it). */
const FUSES_ON = [
  FuseV1Options.EnableCookieEncryption,
  FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
  FuseV1Options.OnlyLoadAppFromAsar,
];
const FUSES_OFF = [
  FuseV1Options.RunAsNode,
  FuseV1Options.EnableNodeOptionsEnvironmentVariable,
  FuseV1Options.EnableNodeCliInspectArguments,
  FuseV1Options.GrantFileProtocolExtraPrivileges,
];

async function checkFuses(executable: string): Promise<string> {
  const wire = await getCurrentFuseWire(executable);
  const wrong = [
    ...FUSES_ON.filter((fuse) => Number(wire[fuse]) !== ON).map((fuse) => `${FuseV1Options[fuse]} is off`),
    ...FUSES_OFF.filter((fuse) => Number(wire[fuse]) === ON).map((fuse) => `${FuseV1Options[fuse]} is on`),
  ];
  if (wrong.length > 0) throw new Error(wrong.join(', '));
  return `read back from the executable: ${FUSES_ON.length} on, ${FUSES_OFF.length} off, as electron-builder.yml says`;
}
