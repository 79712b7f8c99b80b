import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder, readJson, writeFileAtomic } from '../../../platform/files.ts';

const file = (resume: string): string => join(resume, 'mlflow-doubts.json');

/**
 * Files that had the right size but other bytes when they were read back. MLflow tells sizes only, so a repeat has to know which to send again.
 */
export const doubtsIn = (resume: string): Set<string> =>
  new Set(
    z
      .array(z.string())
      .catch([])
      .parse(readJson(file(resume))),
  );

export function keepDoubts(resume: string, paths: ReadonlySet<string>): void {
  rmSync(file(resume), { force: true });
  if (paths.size === 0) return;
  makeFolder(resume);
  writeFileAtomic(file(resume), JSON.stringify([...paths]));
}
