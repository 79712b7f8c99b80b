import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { ModelSource } from '../../../shared/contract/models.ts';
import type { Artifact, RunDetail } from '../../../shared/contract/runs.ts';
import { AppError } from '../../../shared/errors.ts';
import { resolveInside } from '../../platform/paths.ts';
import { candidatesOf, isTable, onlyModel } from './candidates.ts';
import { collectFiles, inOrder, type SourceFile } from './collect.ts';
import { evidenceOf, NO_RUN, type RunEvidence } from './evidence.ts';
import type { Registry } from './registry.ts';

export type EvidenceFile = SourceFile & {
  readonly role: 'table' | 'example' | 'patch' | 'other';
  readonly key?: string;
};

/** All that a version would be made of, before a byte of it is read. */
export type Gathered = {
  readonly run: RunDetail | null;
  readonly files: readonly SourceFile[];
  readonly evidence: readonly EvidenceFile[];
  readonly known: RunEvidence;
  /** the example's path among the evidence, and where it lies now */
  readonly example: SourceFile | null;
};

const MOST_TABLES = 200;

/**
 * Looks for a model's files and for what its run knows of it.
 * @throws AppError NOT_FOUND, BAD_REQUEST
 */
export function gather(
  { deps, rootOf }: Registry,
  project: string,
  source: z.input<typeof ModelSource>,
  examplePath: string | null,
): Gathered {
  const root = rootOf(project);
  const run = source.run ? deps.runs.get({ project, run: source.run }) : null;
  const artifacts = run ? join(run.folder, 'artifacts') : null;
  const ofRun = !('path' in source);
  const artifact = ofRun ? (source.artifact ?? onlyModel(candidatesOf(run!.artifacts))) : null;
  const files = ofRun ? collectFiles(requireFolder(artifacts), artifact!) : collectFiles(root, source.path);
  const taken = new Set(files.map(({ file }) => file));
  const evidence: EvidenceFile[] = [];
  const add = (role: EvidenceFile['role'], base: string, path: string, key?: string): SourceFile | null => {
    const [file] = collectFiles(base, path);
    if (!file || evidence.some((one) => one.file === file.file))
      return evidence.find((one) => one.file === file?.file) ?? null;
    const made = { ...file, path: freeName(evidence, path), role, ...(key === undefined ? {} : { key }) };
    evidence.push(made);
    return made;
  };
  const example = examplePath === null ? null : add('example', exampleBase(root, artifacts, examplePath), examplePath);
  if (run && artifacts) {
    const tables = candidatesOf(run.artifacts).filter(isTable).slice(0, MOST_TABLES);
    const keys = newestKeys(run.artifacts);
    for (const { path } of tables) {
      const real = realInside(artifacts, path);
      if (real !== null && !taken.has(real)) add('table', artifacts, path, keys.get(path));
    }
    if (run.hasPatch) add('patch', run.folder, 'patch.diff');
  }
  const packages = run?.hasPackages ? deps.runs.packages({ project, run: run.id }).text : '';
  return {
    run,
    files,
    evidence: inOrder(evidence),
    example,
    known: run ? evidenceOf(run, artifact, packages) : NO_RUN,
  };
}

/** path → key of the artifacts that were logged under a key, of each key the one with the highest step. */
function newestKeys(artifacts: readonly Pick<Artifact, 'path' | 'key' | 'step'>[]): Map<string, string> {
  const newest = new Map<string, { path: string; step: number }>();
  for (const { path, key, step } of artifacts)
    if (key !== null && (step ?? 0) >= (newest.get(key)?.step ?? Number.NEGATIVE_INFINITY))
      newest.set(key, { path, step: step ?? 0 });
  return new Map([...newest].map(([key, { path }]) => [path, key]));
}

function requireFolder(folder: string | null): string {
  if (folder !== null && statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new AppError('NOT_FOUND', 'This run has no artifacts any more. Name a file or folder of the project instead.');
}

/** An artifact of the run is meant before a file of the project. */
const exampleBase = (root: string, artifacts: string | null, path: string): string =>
  artifacts !== null && realInside(artifacts, path) !== null ? artifacts : root;

/** A regular file below a folder; null for anything else, a link that leads outside among it. */
function realInside(folder: string, path: string): string | null {
  try {
    const real = resolveInside(folder, path);
    return statSync(real).isFile() ? real : null;
  } catch {
    return null;
  }
}

function freeName(taken: readonly { readonly path: string }[], path: string): string {
  let name = path
    .split('/')
    .filter((part) => part !== '.' && part !== '')
    .join('/');
  while (taken.some((one) => one.path === name)) name = `_${name}`;
  return name;
}
