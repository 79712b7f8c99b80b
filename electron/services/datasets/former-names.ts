import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appendLine } from '../../platform/files.ts';
import { assayFolder } from '../projects/layout.ts';
import type { Context } from './context.ts';
import { type Dataset, datasetsOf, isDvcFile } from './repo-files.ts';

/** What a dataset was called, and since which commit no longer; the first is what it is called now. */
export type FormerName = { readonly path: string; readonly dvcPath: string; readonly until: string | null };

const MOST_NAMES = 20;
const RECORDS = String.raw`\.dvc$`;

/**
 * The names of a dataset over the history, newest first. In the commit that brought a record, one that went is what it was called before:
 * the one with the same version, else the only one. Outputs of stages have the name that dvc.yaml gives them.
 */
export async function namesOf(context: Pick<Context, 'repo' | 'git'>, dataset: Dataset): Promise<FormerName[]> {
  const { repo, git } = context;
  const names: FormerName[] = [{ path: dataset.path, dvcPath: dataset.dvcPath, until: null }];
  if (dataset.stage !== null) return names;
  while (names.length < MOST_NAMES) {
    const { dvcPath } = names.at(-1)!;
    const first = (await git.fileHistory(repo.root, dvcPath)).findLast((entry) => entry.text !== null);
    const parent = first && (await git.resolveRef(repo.root, `${first.commit}^`));
    if (!first || !parent) return names;
    const [now, before] = await Promise.all(
      [first.commit, parent].map(async (commit) => (await git.committedFiles(repo.root, [commit], RECORDS)).files),
    );
    const gone = before!.filter((file) => isDvcFile(file.path) && !now!.some((one) => one.path === file.path));
    const come = now!.filter((file) => isDvcFile(file.path) && !before!.some((one) => one.path === file.path));
    const hash = hashIn(repo, dvcPath, first.text!);
    const from =
      gone.find((file) => hashIn(repo, file.path, file.text) === hash) ??
      (gone.length === 1 && come.length === 1 ? gone[0] : undefined);
    const path = from && pathIn(repo, from.path, from.text);
    if (!from || path === null || path === undefined || names.some((one) => one.dvcPath === from.path)) return names;
    names.push({ path, dvcPath: from.path, until: first.commit });
  }
  return names;
}

const only = (repo: Context['repo'], dvcPath: string, text: string) => {
  try {
    const all = datasetsOf(repo, dvcPath, text);
    return all.length === 1 ? all[0]! : null;
  } catch {
    return null;
  }
};
const hashIn = (repo: Context['repo'], dvcPath: string, text: string): string | null =>
  only(repo, dvcPath, text)?.out.hash ?? null;
const pathIn = (repo: Context['repo'], dvcPath: string, text: string): string | null =>
  only(repo, dvcPath, text)?.path ?? null;

const notesFile = (project: string): string => join(assayFolder(project), 'data', 'renamed.ndjson');

/** Notes a rename, so that the commit of the new record takes the old one with it. */
export function noteRename({ project }: Context, from: string, to: string): void {
  try {
    mkdirSync(dirname(notesFile(project)), { recursive: true });
    appendLine(notesFile(project), { from, to });
  } catch {
    // the old name can be committed by naming it
  }
}

/** What a path was called in renames of this working copy. */
export function renamedFrom({ project }: Context, path: string): string[] {
  if (!existsSync(notesFile(project))) return [];
  const found = new Set<string>();
  let wanted = path;
  for (const line of readFileSync(notesFile(project), 'utf8').split('\n').reverse()) {
    try {
      const { from, to } = JSON.parse(line) as { from?: unknown; to?: unknown };
      if (to !== wanted || typeof from !== 'string') continue;
      found.add(from);
      wanted = from;
    } catch {
      // an empty or a torn line
    }
  }
  return [...found];
}
