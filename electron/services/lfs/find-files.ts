import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { globalRules, isIgnored, type RuleSet, readRules } from '../git/ignore.ts';

const SKIPPED = new Set(['.git', '.dvc', '.assay', 'node_modules']);

/**
 * The files below a folder that git does not ignore, by their path from the top of the repository. Links, and repositories within, are
 * passed over.
 * @param folder from the top, with `/` at the end, or `''`
 */
export function findFiles(top: string, commonFolder: string, folder: string): string[] {
  const found: string[] = [];
  const visit = (below: string, above: readonly RuleSet[], report: boolean): void => {
    const sets = [...above, readRules(join(top, below, '.gitignore'), below)];
    for (const entry of readdirSync(join(top, below), { withFileTypes: true })) {
      const path = below + entry.name;
      if (entry.isDirectory()) {
        const towards = folder.startsWith(`${path}/`);
        if (!towards && !report) continue;
        if (SKIPPED.has(entry.name) || isIgnored(sets, path, true)) continue;
        if (below !== '' && readdirSync(join(top, path)).includes('.git')) continue;
        visit(`${path}/`, sets, `${path}/`.startsWith(folder));
      } else if (report && entry.isFile() && !isIgnored(sets, path, false)) found.push(path);
    }
  };
  visit('', globalRules(commonFolder, null), folder === '');
  return found;
}
