import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Evaluation, GateResult } from '../../shared/contract/gates.ts';
import type { ApprovalState, ModelDefinition, ModelFile } from '../../shared/contract/models.ts';
import { AppError } from '../../shared/errors.ts';
import { systemClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import type { Located } from '../services/datasets/located.ts';
import { createEvents } from '../services/events.ts';
import type { Sources } from '../services/gates/checking.ts';
import { createGates } from '../services/gates/service.ts';
import { createJobs } from '../services/jobs/service.ts';
import { definitionOf, registryOf } from '../services/models/testing.ts';
import { readDefinition } from '../services/projects/definition.ts';
import { makeProject } from './make-project.ts';

type Options = {
  trusted?: boolean;
  locate?: Sources['locate'];
};

/** A project with models in memory whose files are real, and gates to check them by. */
export function makeGatesWorld({ trusted = true, locate }: Options = {}) {
  const base = makeProject();
  const { root } = base;
  const project = { id: base.id, root, db: base.db, trusted };
  const registry = registryOf([]);
  const events = createEvents();
  const jobs = createJobs({ folder: join(root, '..'), events, log: silentLog, clock: systemClock });
  const state = { approval: 'none' as ApprovalState, stale: null as string[] | null };
  const store = join(root, '.assay', 'store');
  const put = (path: string, content: string | Uint8Array): ModelFile => {
    const sha256 = createHash('sha256').update(content).digest('hex');
    mkdirSync(store, { recursive: true });
    writeFileSync(join(store, sha256), content);
    return { path, size: Buffer.byteLength(content), sha256 };
  };
  const located = new Map<string, string>();
  const gates = createGates({
    projects: { get: () => project, all: () => [project], definition: () => readDefinition(root) },
    registry: {
      ...registry,
      fileOf: (_, { sha256 }) => (existsSync(join(store, sha256)) ? join(store, sha256) : null),
    },
    locate:
      locate ??
      (async ({ side }) => {
        const rev = side.kind === 'version' ? side.rev! : '';
        const file = located.get(rev);
        if (!file) throw new AppError('NOT_FOUND', `Version ${rev} is not on this machine. Fetch it.`);
        return {
          kind: 'file',
          name: 'train.csv',
          label: rev,
          hash: rev,
          size: null,
          commit: null,
          file,
        } satisfies Located;
      }),
    python: async () => null,
    approval: async () => state.approval,
    stale: async () => state.stale,
    identity: async () => ({ name: 'Ada', email: 'ada@example.com' }),
    jobs,
    events,
    clock: systemClock,
    assayVersion: '0.0.0',
    folder: join(root, '.assay', 'cache'),
  });
  return {
    root,
    project,
    db: base.db,
    registry,
    gates,
    jobs,
    state,
    put,
    /** `gates:` of churn, each a line */
    declare(...lines: string[]): void {
      writeFileSync(join(root, 'assay.yaml'), `gates:\n  churn:\n${lines.map((line) => `    - ${line}\n`).join('')}`);
    },
    /** data of a hash, as the cache has it */
    data(hash: string, csv: string): void {
      const file = join(root, 'cache', hash);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, csv);
      located.set(hash, file);
    },
    version(version: string, changes: Partial<ModelDefinition> = {}): void {
      const files = changes.files ?? [put('model.pkl', `model ${version}`)];
      registry.definitions.push(definitionOf({ version, ...changes, files }));
    },
    check: (version = '1.0.0'): Promise<Evaluation> => gates.check(project.id, 'churn', version),
    /** the result of the one gate that is declared */
    async one(line: string, version = '1.0.0'): Promise<GateResult> {
      this.declare(line);
      const { gates: results } = await gates.check(project.id, 'churn', version);
      return results[0]!;
    },
    async dispose(): Promise<void> {
      await jobs.dispose();
      base.dispose();
    },
  };
}

export type GatesWorld = ReturnType<typeof makeGatesWorld>;

/** Rows with a key, what is true, and a prediction that is wrong in every `wrong`-th, as CSV. */
export function predictions(rows: number, wrong: (i: number) => boolean): string {
  const lines = Array.from({ length: rows }, (_, i) => `${i},${i % 2},${wrong(i) ? 1 - (i % 2) : i % 2},s${i % 3}`);
  return `id,truth,prediction,segment\n${lines.join('\n')}\n`;
}
