import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { isIgnored, parseRules, type RuleSet } from '../git/ignore.ts';
import { type Stamp, stampOf } from './file-hash.ts';

/** The files of a folder, column by column: a hundred thousand objects would be slow to hand between threads. */
export type Files = { readonly relpaths: string[]; readonly stamps: Stamp[] };

/** What DVC never looks at. */
const BUILT_IN: RuleSet = { base: '', rules: parseRules('.hg/\n.git/\n.git\n.dvc/\n') };

/** The rules of `.dvcignore` that hold in a folder of a repository, weakest first. */
export function dvcRules(root: string, folder: string): RuleSet[] {
  const sets = [BUILT_IN];
  const parts = folder === '' ? [] : folder.split('/');
  for (let i = 0; i <= parts.length; i++) {
    const base = parts
      .slice(0, i)
      .map((part) => `${part}/`)
      .join('');
    const set = ownRules(join(root, base), base);
    if (set) sets.push(set);
  }
  return sets;
}

function ownRules(folder: string, base: string): RuleSet | null {
  try {
    const text = readFileSync(join(folder, '.dvcignore'), 'utf8');
    return {
      base,
      rules: parseRules(
        text
          .split(/\r?\n/)
          .map((line) => line.trim())
          .join('\n'),
      ),
    };
  } catch {
    return null;
  }
}

/**
 * Every file that DVC would track in a folder. Links to files count as their files, links to folders are passed over, as DVC does both.
 * @param path of the folder from the repository's root, with `/`
 * @throws AppError BAD_REQUEST for what cannot be versioned
 */
export function walkFolder(root: string, path: string, check: () => void): Files {
  const files: Files = { relpaths: [], stamps: [] };
  const sets = dvcRules(root, path).filter((set) => set.rules.length > 0);
  const top = join(root, path);
  const onlyBuiltIn = sets.length === 1;
  const visit = (below: string): void => {
    const entries = readdirSync(join(top, below), { withFileTypes: true });
    // a DVC repository of its own is that one's business
    if (below !== '' && entries.some((entry) => entry.name === '.dvc' && entry.isDirectory())) return;
    for (const entry of entries) {
      const relpath = below + entry.name;
      const isFolder = entry.isDirectory();
      if ((!onlyBuiltIn || entry.name.startsWith('.')) && isIgnored(sets, `${path}/${relpath}`, isFolder)) continue;
      if (isFolder) {
        visit(`${relpath}/`);
        continue;
      }
      check();
      const full = `${top}/${relpath}`;
      const stat = entry.isSymbolicLink()
        ? statSync(full, { throwIfNoEntry: false })
        : lstatSync(full, { throwIfNoEntry: false });
      if (stat?.isDirectory()) continue;
      if (!stat?.isFile() || entry.name === '.dvcignore')
        throw new AppError(
          'BAD_REQUEST',
          `${path}/${relpath} cannot be versioned: ${reasonFor(entry.name, stat !== undefined)}`,
        );
      files.relpaths.push(relpath);
      files.stamps.push(stampOf(stat));
    }
  };
  visit('');
  return files;
}

function reasonFor(name: string, exists: boolean): string {
  if (name === '.dvcignore') return 'DVC allows no .dvcignore inside data. Move it to a folder above.';
  if (name.includes('\ufffd')) return 'its name is not UTF-8. Rename it.';
  return exists
    ? 'it is neither a file nor a folder. Move it elsewhere.'
    : 'it is a link to nothing, or it is just being deleted. Remove it or try again.';
}
