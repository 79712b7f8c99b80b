import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Work } from '../services/datasets/context.ts';
import { bytes, createOutput, type Output, printable } from './output.ts';
import { findProject, openSession, type Session } from './session.ts';

export type Json = { json?: boolean };

/** What the families of `assay data …` share. */
export type DataCommands = {
  readonly data: Command;
  /** a path that a person typed, as an absolute one */
  here(path: string): string;
  /** Opens the project, says on the way what happens, and lets go of it at the end, also when interrupted. */
  inSession(
    options: Json,
    work: (session: Session, output: Output, task: Work) => Promise<void> | void,
    make?: boolean,
  ): Promise<void>;
  /** sets the exit code */
  done(code: number): void;
};

/** A repository of DVC, or one that gives files to Git LFS. */
function hasData(root: string): boolean {
  if (existsSync(join(root, '.dvc'))) return true;
  try {
    return /\bfilter=lfs\b/.test(readFileSync(join(root, '.gitattributes'), 'utf8'));
  } catch {
    return false;
  }
}

export function dataCommands(program: Command, done: (code: number) => void): DataCommands {
  const data = program.command('data').description('version data beside the code, in the formats of DVC and Git LFS');
  const here = (path: string): string => resolve(program.opts<{ C: string }>().C, path);

  const inSession = async (
    options: Json,
    work: (session: Session, output: Output, task: Work) => Promise<void> | void,
    make = false,
  ): Promise<void> => {
    const output = createOutput(options.json ?? false);
    const folder = program.opts<{ C: string }>().C;
    // a clone of somebody's repository with data is a project without further ado
    const found = findProject(folder);
    const session = await openSession(folder, make || (found !== null && hasData(found.root)));
    const stop = new AbortController();
    const interrupt = (): void => stop.abort();
    process.once('SIGINT', interrupt);
    try {
      await work(session, output, {
        signal: stop.signal,
        onWait: (why) => output.warn(printable(why)),
        onProgress: ({ done: now, total, unit, label }) =>
          output.progress(
            `${printable(label)}: ${unit === 'bytes' ? `${bytes(now)} of ${bytes(total)}` : `${now} of ${total}`}`,
          ),
      });
    } finally {
      process.removeListener('SIGINT', interrupt);
      await session.close();
    }
  };

  return { data, here, inSession, done };
}
