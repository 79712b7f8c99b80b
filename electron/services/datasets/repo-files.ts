import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { isIgnored, type RuleSet, readRules } from '../git/ignore.ts';
import type { Repo } from './config.ts';
import { type DvcFile, type Out, parseDvcFile } from './dvc-file.ts';
import { readStageOuts, type StageOut, stageOutsIn } from './lock-outs.ts';
import { dvcRules } from './walk.ts';

/** One out of one `.dvc` file, or one output that `dvc.lock` records. */
export type Dataset = {
  /** of the data, from the repository's root, with `/` */
  readonly path: string;
  /** of the `.dvc` file or the `dvc.lock`, likewise */
  readonly dvcPath: string;
  /** the stage of `dvc.yaml` that makes it; null for a `.dvc` file */
  readonly stage: string | null;
  /** which of the file's outs */
  readonly index: number;
  readonly out: Out;
};

/** A dataset that has a `.dvc` file of its own, and so can be added, described, renamed. */
export type Recorded = Dataset & { readonly file: DvcFile };

const SKIPPED = new Set(['.git', '.dvc', '.assay', '.hg', 'node_modules']);
const slashed = (path: string): string => path.split(sep).join('/');

/**
 * Every dataset of a repository, sorted by path. Data itself, and what git or DVC ignores, is not looked into.
 * @throws AppError BAD_REQUEST for a `.dvc` file that cannot be read
 */
export function listDatasets(repo: Repo): Dataset[] {
  const found: Dataset[] = [];
  const visit = (folder: string, above: readonly RuleSet[]): void => {
    const sets = [...above, readRules(join(repo.root, folder, '.gitignore'), folder)];
    const ignored = [sets, dvcRules(repo.root, folder.slice(0, -1))];
    const entries = readdirSync(join(repo.root, folder), { withFileTypes: true });
    const inDvcRepo = folder !== '' && entries.some((entry) => entry.name === '.dvc' && entry.isDirectory());
    if (inDvcRepo) return;
    for (const entry of entries) {
      const path = folder + entry.name;
      const isRecord = isDvcFile(entry.name) || entry.name === 'dvc.lock';
      if (!entry.isFile() || !isRecord || ignored.some((rules) => isIgnored(rules, path, false))) continue;
      found.push(...readDatasets(repo, path));
    }
    const data = new Set(found.map((dataset) => dataset.path));
    for (const entry of entries) {
      const path = folder + entry.name;
      if (!entry.isDirectory() || SKIPPED.has(entry.name) || data.has(path)) continue;
      if (!ignored.some((rules) => isIgnored(rules, path, true))) visit(`${path}/`, sets);
    }
  };
  visit('', []);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export const isDvcFile = (name: string): boolean => name.endsWith('.dvc') && basename(name) !== '.dvc';

/** The datasets of one `.dvc` file or `dvc.lock`. */
export function readDatasets(repo: Repo, dvcPath: string): Dataset[] {
  const path = join(repo.root, dvcPath);
  if (!isDvcFile(dvcPath)) return fromStages(repo, dvcPath, readStageOuts(repo.root, dvcPath));
  if (statSync(path).size > 10_000_000) throw new AppError('BAD_REQUEST', `${dvcPath} is larger than any .dvc file.`);
  return datasetsOf(repo, dvcPath, readFileSync(path, 'utf8'));
}

/** The datasets that the text of a `.dvc` file means, as it stands in this or in another commit. */
export function datasetsOf(repo: Repo, dvcPath: string, text: string): Recorded[] {
  const file = parseDvcFile(text, dvcPath);
  return file.outs.map((out, index) => {
    const path = pathOf(repo, dvcPath, file.wdir, out.path);
    return { path, dvcPath, stage: null, file, index, out };
  });
}

const fromStages = (repo: Repo, lockPath: string, outs: readonly StageOut[]): Dataset[] =>
  outs.map(({ stage, wdir, out }, index) => {
    return { path: pathOf(repo, lockPath, wdir, out.path), dvcPath: lockPath, stage, index, out };
  });

/** Likewise for a record of either kind; `definition` is the text of the `dvc.yaml` beside a `dvc.lock`. */
export function recordsOf(repo: Repo, recordPath: string, text: string, definition: string | null): Dataset[] {
  return isDvcFile(recordPath)
    ? datasetsOf(repo, recordPath, text)
    : fromStages(repo, recordPath, stageOutsIn(text, recordPath, definition));
}

function pathOf(repo: Repo, recordPath: string, wdir: string, out: string): string {
  const path = slashed(relative(repo.root, resolve(repo.root, dirname(recordPath), wdir, out)));
  checkInside(repo.root, path, `${recordPath} names the data ${JSON.stringify(out)}`);
  return path;
}

/**
 * Makes sure that a dataset has a `.dvc` file, which may be written.
 * @throws AppError BAD_REQUEST for the output of a stage
 */
export function requireRecord(dataset: Dataset, what: string): Recorded {
  if (dataset.stage !== null)
    throw new AppError(
      'BAD_REQUEST',
      `${dataset.path} is made by the stage "${dataset.stage}" of dvc.yaml, so it cannot be ${what} here. Change dvc.yaml, or use "dvc repro" and "dvc commit".`,
    );
  return dataset as Recorded;
}

/**
 * Makes sure that a path is below a root and not reached through a link that leads elsewhere.
 * @throws AppError BAD_REQUEST
 */
export function checkInside(root: string, path: string, what: string): void {
  const parts = path.split('/');
  if (path === '' || parts[0] === '..' || resolve(root, path) === root || /^([a-z]:|\/)/i.test(path))
    throw new AppError('BAD_REQUEST', `${what}, which is outside of the project. Only what is in it can be versioned.`);
  const isOwn = (part: string): boolean => ['.git', '.dvc', '.assay'].includes(part.toLowerCase());
  if (parts.some(isOwn))
    throw new AppError(
      'BAD_REQUEST',
      `${what}, which lies among the files of git, DVC or Assay. Choose another place.`,
    );
  let folder = dirname(join(root, path));
  while (!existsSync(folder)) folder = dirname(folder);
  const real = realpathSync(folder);
  const top = realpathSync(root);
  if (real !== top && !real.startsWith(top + sep))
    throw new AppError(
      'BAD_REQUEST',
      `${what}, which a link leads out of the project. Use the real folder instead of the link.`,
    );
  if (relative(top, real).split(sep).some(isOwn))
    throw new AppError(
      'BAD_REQUEST',
      `${what}, which a link leads to the files of git, DVC or Assay. Choose another place.`,
    );
}

/**
 * The datasets that a person's paths mean: the data, its `.dvc` file, or a folder with several of them; all without any path.
 * @throws AppError NOT_FOUND
 */
export function chooseDatasets(repo: Repo, paths: readonly string[]): Dataset[] {
  const all = listDatasets(repo);
  if (paths.length === 0) return all;
  const chosen = new Set<Dataset>();
  for (const given of paths) {
    const path = slashed(relative(repo.root, given));
    const fitting = all.filter(
      (one) => path === '' || one.path === path || one.dvcPath === path || one.path.startsWith(`${path}/`),
    );
    if (fitting.length === 0)
      throw new AppError(
        'NOT_FOUND',
        `${path} is not versioned. "assay data list" shows what is; "assay data add ${path}" begins to.`,
      );
    for (const one of fitting) chosen.add(one);
  }
  return [...chosen];
}

/** True when the `.gitignore` files from the top of the repository down to a path say so. */
export function isGitIgnored(gitTop: string, full: string, isFolder: boolean): boolean {
  const parts = slashed(relative(gitTop, full)).split('/');
  const sets: RuleSet[] = [readRules(join(gitTop, '.git', 'info', 'exclude'), '')];
  for (let i = 0; i < parts.length; i++) {
    const folder = parts
      .slice(0, i)
      .map((part) => `${part}/`)
      .join('');
    sets.push(readRules(join(gitTop, folder, '.gitignore'), folder));
    const last = i === parts.length - 1;
    if (isIgnored(sets, parts.slice(0, i + 1).join('/'), !last || isFolder)) return true;
  }
  return false;
}

/** The folder that holds `.git`, at or above a folder; null without one. */
export function findGitTop(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return null;
  }
}
