import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FolderListing } from '../../../shared/contract/projects.ts';
import { AppError } from '../../../shared/errors.ts';
import { realFolder } from './registry.ts';

const MAX_ENTRIES = 2000;

/** The folders below a folder, for the picker of the browser mode. Hidden ones are left out. */
export function browse(path: string | undefined, home: string): FolderListing {
  const folder = realFolder(path ?? home, home);
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
  } catch {
    throw new AppError('FORBIDDEN', `You may not look into ${folder}. Choose another folder.`);
  }
  const parent = dirname(folder);
  return {
    path: folder,
    parent: parent === folder ? null : parent,
    entries: names
      .sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))
      .slice(0, MAX_ENTRIES)
      .map((name) => {
        const full = join(folder, name);
        return {
          name,
          path: full,
          git: existsSync(join(full, '.git')),
          assay: existsSync(join(full, '.assay')) || existsSync(join(full, 'assay.yaml')),
        };
      }),
  };
}
