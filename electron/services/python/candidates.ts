import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import type { Interpreter } from '../../../shared/contract/python.ts';

export type Candidate = { readonly executable: string; readonly kind: Interpreter['kind']; readonly name: string };

export type Surroundings = {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
};

/**
 * Every Python that may be there, best first: the project's own environment, the active one, the version that the project asks for
 * (`.python-version`), then what the PATH says, then all others. Only looks at folders, starts nothing.
 */
export function findCandidates({ root, env, home }: Surroundings): Candidate[] {
  const pyenv = env.PYENV_ROOT || join(home, '.pyenv');
  const wanted = wantedVersions(root);
  const versions = foldersIn(join(pyenv, 'versions'));
  const chosen = wanted.flatMap((want) => versions.filter((name) => name === want || name.startsWith(`${want}.`)));
  return [
    ...['.venv', 'venv', 'env'].map((name) => environment(join(root, name), name)),
    env.VIRTUAL_ENV ? environment(env.VIRTUAL_ENV, basename(env.VIRTUAL_ENV)) : null,
    env.CONDA_PREFIX ? conda(env.CONDA_PREFIX) : null,
    ...chosen.map((name) => pyenvVersion(pyenv, name)),
    ...onPath(env.PATH ?? '', pyenv),
    ...condaFolders(env, home).map(conda),
    ...versions.map((name) => pyenvVersion(pyenv, name)),
    ...uvPythons(env, home),
  ].filter((one) => one !== null);
}

/** The Python of an environment folder; null when there is none in it. */
export function pythonIn(folder: string): string | null {
  const places = ['bin/python', 'bin/python3', 'Scripts/python.exe', 'python.exe'].map((place) => join(folder, place));
  return places.find((place) => existsSync(place)) ?? null;
}

/** A key of a `pyvenv.cfg`; null when it is not there. */
export function pyvenvValue(folder: string, key: RegExp): string | null {
  try {
    const lines = readFileSync(join(folder, 'pyvenv.cfg'), 'utf8').slice(0, 65_536).split('\n');
    const pairs = lines.map((line) => line.split('=', 2).map((part) => part.trim()));
    return pairs.find(([name]) => name !== undefined && key.test(name))?.[1] ?? null;
  } catch {
    return null;
  }
}

function environment(folder: string, name: string): Candidate | null {
  const executable = pythonIn(folder);
  if (!executable || !existsSync(join(folder, 'pyvenv.cfg'))) return null;
  return { executable, kind: pyvenvValue(folder, /^uv$/) === null ? 'venv' : 'uv', name };
}

function conda(folder: string): Candidate | null {
  const executable = existsSync(join(folder, 'conda-meta')) ? pythonIn(folder) : null;
  return executable ? { executable, kind: 'conda', name: basename(folder) } : null;
}

function condaFolders(env: NodeJS.ProcessEnv, home: string): string[] {
  const listed = linesOf(join(home, '.conda', 'environments.txt'));
  const bases = ['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', 'micromamba'].map((name) => join(home, name));
  const roots = [env.CONDA_PREFIX, env.MAMBA_ROOT_PREFIX, ...bases].flatMap((one) => (one ? [one] : []));
  return [
    ...listed,
    ...roots.flatMap((base) => [base, ...foldersIn(join(base, 'envs')).map((name) => join(base, 'envs', name))]),
  ];
}

function pyenvVersion(pyenv: string, name: string): Candidate | null {
  const executable = pythonIn(join(pyenv, 'versions', name));
  return executable ? { executable, kind: 'pyenv', name } : null;
}

function uvPythons(env: NodeJS.ProcessEnv, home: string): (Candidate | null)[] {
  const folder = env.UV_PYTHON_INSTALL_DIR || join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'uv', 'python');
  return foldersIn(folder).map((name) => {
    const executable = pythonIn(join(folder, name));
    return executable ? { executable, kind: 'uv', name } : null;
  });
}

const PROGRAM = /^python(?:3(?:\.\d+)?)?(?:\.exe)?$/;
/** `python3` is what a person means by "Python"; then plain `python`, then those with a version, the newest first. */
const rank = (name: string): number => {
  const minor = /^python3\.(\d+)/.exec(name)?.[1];
  return minor ? 1000 - Number(minor) : name.startsWith('python3') ? 0 : 1;
};

function onPath(path: string, pyenv: string): Candidate[] {
  return (
    path
      .split(delimiter)
      // a relative entry would depend on where we happen to stand; shims of pyenv only point to its versions
      .filter((folder) => isAbsolute(folder) && folder !== join(pyenv, 'shims'))
      .flatMap((folder) =>
        namesIn(folder)
          .filter((name) => PROGRAM.test(name))
          .sort((a, b) => rank(a) - rank(b))
          .map((name) => ({ executable: join(folder, name), kind: 'system' as const, name })),
      )
  );
}

function wantedVersions(root: string): string[] {
  return linesOf(join(root, '.python-version')).filter((line) => /^[\w.+-]+$/.test(line));
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const foldersIn = (folder: string): string[] =>
  namesIn(folder)
    .filter((name) => !name.startsWith('.'))
    .sort((a, b) => b.localeCompare(a, undefined, { numeric: true }));
