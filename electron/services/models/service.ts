import type {
  ModelDefinition,
  ModelFile,
  ModelRow,
  Verification,
  VersionDetail,
  VersionRow,
} from '../../../shared/contract/models.ts';
import { adopt } from './adopt.ts';
import { pullBytes, pushBytes } from './bytes.ts';
import { detailOf } from './detail.ts';
import { exportFiles, textOf } from './export-files.ts';
import { commitFiles } from './finish.ts';
import { pointersNow } from './gto.ts';
import { newestFirst } from './index-reader.ts';
import { checkName, checkPointer } from './names.ts';
import { createPointers } from './pointers.ts';
import type { ModelRegistry, RecordedVersion } from './ports.ts';
import { propose, type Registering, type RegisterWork, register } from './register.ts';
import { createRegistry, type RegistryDeps } from './registry.ts';
import { rowMaker } from './rows.ts';
import { verifyVersion } from './verify.ts';
import { createModelWatches } from './watches.ts';

export type ModelsService = ReturnType<typeof createModels>;

/** The registry of models: versions with their evidence, where aliases and stages point, and the bytes. */
export function createModels(deps: RegistryDeps) {
  const registry = createRegistry(deps);
  const { read, known, tagsOf, index } = registry;
  const pointers = createPointers(registry);
  const watches = createModelWatches((project) => deps.events.changed('models', project));

  const port = {
    read: async (project: string, name: string, version: string): Promise<RecordedVersion> =>
      read(project, name, version),
    async versions(project: string, name: string): Promise<string[]> {
      return (await known(project, checkName(name))).map(({ version }) => version);
    },
    async names(project: string): Promise<string[]> {
      return [...new Set((await index(project)).known.map(({ model }) => model))].sort();
    },
    async pointers(project: string, name: string): Promise<Record<string, string>> {
      return pointersNow(await tagsOf(project, checkName(name)));
    },
    async pointerHistory(project: string, name: string, pointer: string) {
      const moves = (await tagsOf(project, checkName(name))).moves.get(checkPointer(pointer)) ?? [];
      return moves.flatMap(({ version, at, by }) => (version === null ? [] : [{ version, at, by }]));
    },
    fileOf: (project: string, file: ModelFile): string | null => registry.fileOf(project, file),
    async store(project: string, file: string, path: string, signal?: AbortSignal): Promise<ModelFile> {
      const { folder, mode } = registry.store(project);
      const [stored] = await registry.threads.ask('store', { files: [{ file, path }], folder, mode }, { signal });
      const { stamp: _stamp, ...made } = stored!;
      return made;
    },
    setPointer: pointers.setPointer,
    isDeprecated: async (project: string, name: string, version: string): Promise<boolean> =>
      (await tagsOf(project, checkName(name))).deprecated.has(version),
    commit: (project: string, paths: readonly string[], message: string): Promise<string | null> =>
      commitFiles(registry, project, paths, message),
    adopt: (
      project: string,
      definition: ModelDefinition,
      extra: Parameters<ModelRegistry['adopt']>[2],
    ): Promise<void> => adopt(registry, project, definition, extra),
  } satisfies ModelRegistry;

  return {
    ...port,
    setAlias: pointers.setAlias,
    setStage: pointers.setStage,
    deprecate: pointers.deprecate,

    /** Models by name, with the project's stages and the definitions that cannot be used. */
    async list(project: string): Promise<{
      models: ModelRow[];
      stages: string[];
      broken: { file: string; problem: string }[];
    }> {
      if (deps.watch) await watches.follow(project, registry.rootOf(project));
      const [found, rows] = await Promise.all([index(project), rowMaker(registry, project)]);
      const byName = Map.groupBy(found.known, ({ model }) => model);
      const models = [...byName].map(([name, versions]) => rows.modelRow(name, versions));
      return {
        models: models.sort((a, b) => (a.name < b.name ? -1 : 1)),
        stages: [...registry.stages(project)],
        broken: [...found.broken],
      };
    },

    /** Versions, newest first by when they were registered; those of one model by their numbers. */
    async page(
      project: string,
      { name, filter, offset, limit }: { name?: string | undefined; filter: string; offset: number; limit: number },
    ): Promise<{ total: number; rows: VersionRow[] }> {
      const [found, rows] = await Promise.all([index(project), rowMaker(registry, project)]);
      const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
      const fitting = found.known.filter((one) => (name === undefined || one.model === name) && rows.fits(one, words));
      fitting.sort((a, b) =>
        a.model === b.model && name !== undefined
          ? newestFirst(a.version, b.version)
          : b.createdAt - a.createdAt || newestFirst(a.version, b.version),
      );
      return { total: fitting.length, rows: fitting.slice(offset, offset + limit).map(rows.row) };
    },

    get: (project: string, name: string, version: string): Promise<VersionDetail> =>
      detailOf(registry, project, name, version),

    /** The versions that a run became, newest first. */
    async ofRun(project: string, run: string): Promise<VersionRow[]> {
      const [found, rows] = await Promise.all([index(project), rowMaker(registry, project)]);
      return found.known
        .filter((one) => one.run?.id === run)
        .sort((a, b) => b.createdAt - a.createdAt)
        .map(rows.row);
    },

    propose: (what: Parameters<typeof propose>[1]) => propose(registry, what),
    register: (what: Registering, work?: RegisterWork): Promise<string> => register(registry, what, work),
    /** Names whatever was changed since: a file, the definition, an evaluation, a tag, the log. */
    verify: (what: { project: string; name: string; version: string }, work?: RegisterWork): Promise<Verification> =>
      verifyVersion(registry, what, work),
    pushBytes: (what: Parameters<typeof pushBytes>[1], work?: RegisterWork) => pushBytes(registry, what, work),
    pullBytes: (what: Parameters<typeof pullBytes>[1], work?: RegisterWork) => pullBytes(registry, what, work),
    export: (what: Parameters<typeof exportFiles>[1], work?: RegisterWork) => exportFiles(registry, what, work),
    text: (project: string, name: string, version: string, path: string): string | null =>
      textOf(registry, project, name, version, path),
    async dispose(): Promise<void> {
      await watches.dispose();
      await registry.dispose();
    },
  };
}
