import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newRunId } from '../../shared/ids.ts';
import { type Db, openDb } from '../db/open.ts';
import { indexFile, runFolder, runsFolder } from '../services/projects/layout.ts';
import type { OpenProject, ProjectLookup } from '../services/projects/open-project.ts';

export type TestProject = OpenProject & { readonly lookup: ProjectLookup; dispose(): void };

/** A real project folder with a real index in a temporary place. */
export function makeProject(name = 'project'): TestProject {
  const root = join(mkdtempSync(join(tmpdir(), 'assay-test-')), name);
  mkdirSync(runsFolder(root), { recursive: true });
  const db: Db = openDb(indexFile(root));
  const project: OpenProject = { id: 'test', root, db, trusted: true };
  return {
    ...project,
    lookup: { get: () => project, all: () => [project] },
    dispose() {
      db.close();
      rmSync(join(root, '..'), { recursive: true, force: true });
    },
  };
}

/** Writes a run as the SDK would: raw files, none of the code under test. */
export function writeRun(
  root: string,
  run: {
    id?: string;
    identity?: Record<string, unknown>;
    lines?: readonly unknown[];
    exit?: Record<string, unknown> | null;
  } = {},
): string {
  const id = run.id ?? newRunId();
  const folder = runFolder(root, id);
  mkdirSync(join(folder, 'artifacts'), { recursive: true });
  const now = Date.now();
  const identity = {
    version: 1,
    id,
    name: `run-${id.slice(-4)}`,
    experiment: 'default',
    source: 'sdk',
    createdAt: now,
    startedAt: now,
    command: ['python', 'train.py'],
    ...run.identity,
  };
  writeFileSync(join(folder, 'run.json'), JSON.stringify(identity));
  writeFileSync(
    join(folder, 'log.ndjson'),
    (run.lines ?? []).map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  );
  if (run.exit !== null)
    writeFileSync(
      join(folder, 'exit.json'),
      JSON.stringify({
        code: 0,
        signal: null,
        endedAt: now + 1000,
        peakMemoryBytes: null,
        by: 'sdk',
        error: null,
        ...run.exit,
      }),
    );
  return id;
}
