import type { Lineage, ModelDefinition } from '../../../../shared/contract/models.ts';
import type { Receipt } from '../../../../shared/contract/targets.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Db } from '../../../db/open.ts';
import type { ModelRegistry, RecordedVersion } from '../ports.ts';
import { bareHash, createGraph, type Graph, ids, MAX_NODES } from './graph.ts';
import { codeNode, dataNode, modelNode, receiptNode, runNode } from './nodes.ts';
import { dataOf, type KnownRun, type ReadData, readersOf, runOf } from './store.ts';

/** Datasets whose history is looked up; of more, nothing is said about whether they are recorded. */
const MAX_PATHS = 50;

export type LineageFocus = {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly run?: string | undefined;
  readonly data?: { readonly path: string; readonly hash: string } | undefined;
};

export type LineageDeps = {
  readonly registry: Pick<ModelRegistry, 'names' | 'versions' | 'read'>;
  readonly projects: { get(id: string): { readonly root: string; readonly db: Db } };
  /** of a version, newest first */
  readonly receipts: (root: string, name: string, version: string) => readonly Receipt[];
  /** every hash that a dataset's history has, without `md5:`; null when that cannot be told */
  readonly recorded: (project: string, path: string) => Promise<ReadonlySet<string> | null>;
  /** whether the repository has a commit */
  readonly hasCommit: (project: string, commit: string) => Promise<boolean>;
};

export type Lineages = ReturnType<typeof createLineages>;

/** What was made of what: data version and commit → run → model version → receipt. */
export function createLineages(deps: LineageDeps) {
  const { registry, projects } = deps;

  /** Every version that can be read, newest of each model first. */
  async function all(project: string, name?: string): Promise<RecordedVersion[]> {
    const found: RecordedVersion[] = [];
    // a definition that cannot be read is told by the list of models
    for (const model of name === undefined ? await registry.names(project) : [name])
      for (const version of await registry.versions(project, model))
        found.push(
          ...(await registry.read(project, model, version).then(
            (one) => [one],
            () => [],
          )),
        );
    return found.sort((a, b) => (a.definition.created < b.definition.created ? 1 : -1));
  }

  async function chosen(project: string, { name, version, run, data }: LineageFocus): Promise<RecordedVersion[]> {
    if (name !== undefined && version !== undefined) return [await registry.read(project, name, version)];
    const versions = await all(project, name);
    if (name !== undefined && versions.length === 0)
      throw new AppError('NOT_FOUND', `There is no model "${name}" in this project.`);
    if (run !== undefined) return versions.filter(({ definition }) => definition.run?.id === run);
    if (data !== undefined) return versions.filter(({ definition }) => reads(definition, data));
    return versions;
  }

  return {
    /**
     * Around a version, all versions of a model, a run or a data version; without any, of the whole registry. At most 500 nodes.
     * @throws AppError NOT_FOUND
     */
    async lineage(project: string, focus: LineageFocus): Promise<Lineage> {
      const { root, db } = projects.get(project);
      const graph = createGraph();
      const known = createKnown(deps, project);
      const versions = await chosen(project, focus);
      for (const version of versions) {
        // the last one that finds no room is counted; the others would only cost time
        if (graph.full) {
          graph.add(modelNode(version.definition));
          break;
        }
        await addVersion(graph, version, db, known);
        addReceipts(graph, version, deps.receipts(root, version.definition.model, version.definition.version));
      }
      if (focus.run !== undefined) await addRun(graph, focus.run, db, known);
      if (focus.data !== undefined) await addReaders(graph, focus.data, db, known);
      return graph.done();
    },
  };
}

const reads = (definition: ModelDefinition, { path, hash }: { path: string; hash: string }): boolean =>
  definition.data.some((one) => one.path === path && one.hash !== null && bareHash(one.hash) === bareHash(hash));

type Known = ReturnType<typeof createKnown>;

/** Looks up each dataset and commit once. */
function createKnown({ recorded, hasCommit }: LineageDeps, project: string) {
  const paths = new Map<string, Promise<ReadonlySet<string> | null>>();
  const commits = new Map<string, Promise<boolean>>();
  return {
    async data(of: Pick<ReadData, 'path' | 'hash' | 'version'>) {
      if (of.hash !== null && !paths.has(of.path))
        paths.set(of.path, paths.size < MAX_PATHS ? recorded(project, of.path) : Promise.resolve(null));
      return dataNode(of, (await paths.get(of.path)) ?? null);
    },
    async code(commit: string) {
      if (!commits.has(commit)) commits.set(commit, hasCommit(project, commit));
      return codeNode(commit, !(await commits.get(commit)));
    },
  };
}

async function addVersion(graph: Graph, { definition }: RecordedVersion, db: Db, known: Known): Promise<void> {
  const model = ids.model(definition.model, definition.version);
  if (!graph.add(modelNode(definition))) return;
  const { run, code } = definition;
  // without a run the version was made of its data and code itself
  const made = run ? ids.run(run.id) : model;
  if (run && graph.add(runNode(run, runOf(db, run.id)))) graph.link(made, model, run.artifact ?? '');
  if (code?.commit && graph.add(await known.code(code.commit)))
    graph.link(ids.code(code.commit), made, code.dirty ? 'with changes' : '');
  for (const one of definition.data)
    if (graph.add(await known.data(one))) graph.link(ids.data(one.path, one.hash), made, one.role ?? '');
}

/** The newest receipt of each target; one that was verified stands for those before it. */
function addReceipts(graph: Graph, { definition, digest }: RecordedVersion, receipts: readonly Receipt[]): void {
  const seen = new Set<string>();
  for (const receipt of receipts) {
    if (seen.has(receipt.target)) continue;
    seen.add(receipt.target);
    const id = ids.receipt(definition.model, definition.version, receipt.target);
    if (graph.add(receiptNode(receipt, digest)))
      graph.link(ids.model(definition.model, definition.version), id, receipt.aliases.join(', '));
  }
}

/** A run with what it read, also when it became no model. @throws AppError NOT_FOUND when neither the index nor a version knows it */
async function addRun(graph: Graph, id: string, db: Db, known: Known): Promise<void> {
  const run = runOf(db, id);
  if (!run) {
    if (graph.has(ids.run(id))) return;
    throw new AppError('NOT_FOUND', 'There is no such run on this machine, and no version was made from it.');
  }
  await addKnownRun(graph, run, db, known);
}

async function addKnownRun(graph: Graph, run: KnownRun, db: Db, known: Known): Promise<void> {
  if (!graph.add(runNode(run, run))) return;
  for (const one of dataOf(db, run.id))
    if (graph.add(await known.data(one))) graph.link(ids.data(one.path, one.hash), ids.run(run.id), one.role);
  if (run.commit && graph.add(await known.code(run.commit))) graph.link(ids.code(run.commit), ids.run(run.id));
}

/** A data version with the runs that read it, whether they became a model or not. */
async function addReaders(graph: Graph, data: { path: string; hash: string }, db: Db, known: Known): Promise<void> {
  graph.add(await known.data({ ...data, version: null }));
  for (const run of readersOf(db, bareHash(data.hash), MAX_NODES)) await addKnownRun(graph, run, db, known);
}
