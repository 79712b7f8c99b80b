import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { makeFolder, writeFileAtomic } from '../../platform/files.ts';
import { assayFolder, definitionFile, runsFolder } from './layout.ts';

/** True when the folder has been used with Assay before. */
export function isInitialised(root: string): boolean {
  return existsSync(assayFolder(root)) || existsSync(definitionFile(root));
}

/** Makes `.assay/`, which git ignores by its own `.gitignore`. Harmless when it is there. */
export function makeAssayFolder(root: string): void {
  makeFolder(runsFolder(root));
  const ignore = join(assayFolder(root), '.gitignore');
  if (!existsSync(ignore)) writeFileAtomic(ignore, '# everything here is local: runs, their index, the queue\n*\n');
}

/** What `assay init` does: the folder above, and an `assay.yaml` to commit when there is none. Never overwrites. */
export function initProject(root: string): { created: string[] } {
  const created: string[] = [];
  if (!existsSync(assayFolder(root))) created.push('.assay/');
  makeAssayFolder(root);
  if (!existsSync(definitionFile(root))) {
    writeFileAtomic(definitionFile(root), stringify({ name: basename(root) }));
    created.push('assay.yaml');
  }
  return { created };
}
