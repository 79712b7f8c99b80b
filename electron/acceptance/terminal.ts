import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

export type Ended = { status: number | null; stdout: string; stderr: string };
export type TerminalOptions = { env?: NodeJS.ProcessEnv; around?: readonly string[] };

/** Runs the real `assay` in a project, as a person would. */
export function assay(root: string, ...args: string[]): Ended {
  return assayWith({}, root, ...args);
}

/** The same in another environment, or with words around it that `exec` it. */
export function assayWith(options: TerminalOptions, root: string, ...args: string[]): Ended {
  const { status, stdout, stderr } = assayBytes(options, root, ...args);
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** The same, with what it printed byte for byte. */
export function assayBytes({ env = {}, around = [] }: TerminalOptions, root: string, ...args: string[]) {
  const [program, ...words] = [...around, process.execPath, resolve('bin/assay.mjs'), '-C', root, ...args] as [
    string,
    ...string[],
  ];
  return spawnSync(program, words, {
    env: { ...process.env, ASSAY_HOME: join(root, '..', 'home'), NO_COLOR: '1', ...env },
    cwd: root,
    maxBuffer: 200_000_000,
    timeout: 25_000,
    killSignal: 'SIGKILL',
  });
}
