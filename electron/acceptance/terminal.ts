import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

export type Ended = { status: number | null; stdout: string; stderr: string };

/** Runs the real `assay` in a project, as a person would. */
export function assay(root: string, ...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('bin/assay.mjs'), '-C', root, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ASSAY_HOME: join(root, '..', 'home'), NO_COLOR: '1' },
    cwd: root,
  });
  return { status, stdout, stderr };
}
