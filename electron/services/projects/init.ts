import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { makeFolder, writeFileAtomic } from '../../platform/files.ts';
import { resources } from '../../resources.ts';
import { assayFolder, definitionFile, runsFolder } from './layout.ts';

const SCHEMA = 'assay.schema.json';
/** How the YAML language server (VS Code, Neovim, JetBrains …) is told. */
const MODELINE = `# yaml-language-server: $schema=.assay/${SCHEMA}`;

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

/** Puts the schema of `assay.yaml` where its first line leads editors; replaced when this version of Assay has another one. */
function placeSchema(root: string): void {
  const schema = readFileSync(join(resources, SCHEMA), 'utf8');
  const place = join(assayFolder(root), SCHEMA);
  if (!existsSync(place) || readFileSync(place, 'utf8') !== schema) writeFileAtomic(place, schema);
}

/**
 * What `assay init` does: the folder above with the schema that editors complete and check `assay.yaml` by, and an `assay.yaml` to commit when
 * there is none. Never overwrites what a person wrote.
 */
export function initProject(root: string): { created: string[] } {
  const created: string[] = [];
  if (!existsSync(assayFolder(root))) created.push('.assay/');
  makeAssayFolder(root);
  placeSchema(root);
  if (!existsSync(definitionFile(root))) {
    writeFileAtomic(definitionFile(root), `${MODELINE}\n${stringify({ name: basename(root) })}`);
    created.push('assay.yaml');
  }
  return { created };
}
