import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Evaluation } from '../../../shared/contract/gates.ts';
import type { Finding } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import { digestOf } from '../audit/canonical.ts';
import { evaluationPath, localEvaluations, versionFolder } from '../models/layout.ts';

const KEPT = 20;
const MOST_BYTES = 8_000_000;

export type Kept = { readonly evaluation: Evaluation; readonly frozen: boolean };
type Read = { stamp: string; kept: Kept[]; findings: Finding[] };

/** The evaluations of versions as files: those of this machine, and those that a request froze. Each is named by its digest and proves it. */
export function createEvaluationFiles() {
  const cache = new Map<string, Read>();

  const read = (root: string, name: string, version: string): Read => {
    const folders = [
      localFolder(root, name, version),
      join(root, versionFolder(name, version), 'evaluations'),
    ] as const;
    const stamp = folders.map((folder) => stampOf(folder)).join();
    const key = folders[0];
    const known = cache.get(key);
    if (known && known.stamp === stamp && stamp !== ',') return known;
    const byDigest = new Map<string, Kept>();
    const findings: Finding[] = [];
    for (const [i, folder] of folders.entries())
      for (const file of namesIn(folder)) {
        const evaluation = readOne(join(folder, file), { name, version });
        if (typeof evaluation !== 'string') byDigest.set(evaluation.digest, { evaluation, frozen: i === 1 });
        else if (i === 1)
          findings.push({
            severity: 'error',
            kind: 'evaluation',
            where: `${versionFolder(name, version)}/evaluations/${file}`,
            message: evaluation,
          });
      }
    const kept = [...byDigest.values()].sort((a, b) => b.evaluation.at - a.evaluation.at);
    const result = { stamp, kept, findings };
    cache.set(key, result);
    return result;
  };

  return {
    /** Newest first. Files that do not prove their digest are left out. */
    list: (root: string, name: string, version: string): Kept[] => read(root, name, version).kept,

    /** What is wrong with the evaluations that requests froze, read anew. */
    verify(root: string, name: string, version: string): Finding[] {
      cache.delete(localFolder(root, name, version));
      return read(root, name, version).findings;
    },

    /** Keeps an evaluation on this machine, and the newest 20 of its version. */
    save(root: string, evaluation: Evaluation): void {
      const { model, version, digest } = evaluation;
      const folder = localFolder(root, model, version);
      mkdirSync(folder, { recursive: true });
      writeFileAtomic(join(folder, `${digest}.json`), `${JSON.stringify(evaluation, null, 2)}\n`);
      const local = read(root, model, version).kept.filter(({ frozen }) => !frozen);
      for (const old of local.slice(KEPT)) rmSync(join(folder, `${old.evaluation.digest}.json`), { force: true });
    },

    /**
     * Copies an evaluation to the version's committed files, where it stays; returns its path from the project's folder.
     * @throws AppError NOT_FOUND when this machine does not have it
     */
    freeze(root: string, name: string, version: string, digest: string): string {
      const found = read(root, name, version).kept.find(({ evaluation }) => evaluation.digest === digest);
      if (!found) throw missing(digest);
      const path = evaluationPath(name, version, digest);
      if (found.frozen) return path;
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileAtomic(join(root, path), `${JSON.stringify(found.evaluation, null, 2)}\n`);
      return path;
    },
  };
}

export const missing = (digest: string): AppError =>
  new AppError(
    'NOT_FOUND',
    `There is no evaluation ${digest.slice(0, 12)} of this version here. Check its gates again.`,
  );

/** The digest that an evaluation must have: of its canonical JSON without it. */
export function digestOfEvaluation({ digest: _, ...rest }: Omit<Evaluation, 'digest'> & { digest?: string }): string {
  return digestOf(rest);
}

const localFolder = (root: string, name: string, version: string): string =>
  join(localEvaluations(root), name, version);

/** The evaluation in a file, or a sentence about what is wrong with it. */
function readOne(path: string, of: { name: string; version: string }): Evaluation | string {
  let value: unknown;
  try {
    if (statSync(path).size > MOST_BYTES) return 'It is too large to be an evaluation.';
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return 'It cannot be read as JSON. Restore it from git.';
  }
  const parsed = Evaluation.safeParse(value);
  if (!parsed.success) return 'It is no evaluation (any more). Restore it from git.';
  // the digest is of what the file says, not of what this version of Assay knows of it
  const own = digestOfEvaluation(value as Evaluation);
  const { digest, model, version } = parsed.data;
  if (own !== digest || !path.endsWith(`${digest}.json`))
    return `Its content was changed: it has the digest ${own.slice(0, 12)}… and is named otherwise. Restore it from git.`;
  if (model !== of.name || version !== of.version)
    return `It is of ${model} ${version}, and lies in another version's folder.`;
  return parsed.data;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^[^.].*\.json$/.test(name));
  } catch {
    return [];
  }
}

function stampOf(folder: string): string {
  const stat = statSync(folder, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.ino} ${stat.mtimeNs}` : '';
}
