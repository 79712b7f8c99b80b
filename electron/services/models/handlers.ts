import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { JobsService } from '../jobs/service.ts';
import type { ModelsService } from './service.ts';

const KEPT = 100;

/** Binds what of `contract.models` the registry answers itself: versions and their bytes. */
export function modelsHandlers(models: ModelsService, jobs: JobsService) {
  const os = implement(contract.models);
  const registered = keepResults<{ name: string; version: string }>();

  return {
    list: os.list.handler(({ input }) => models.list(input.project)),
    versions: os.versions.handler(({ input: { project, ...query } }) => models.page(project, query)),
    get: os.get.handler(({ input }) => models.get(input.project, input.name, input.version)),
    ofRun: os.ofRun.handler(({ input }) => models.ofRun(input.project, input.run)),
    propose: os.propose.handler(({ input }) => models.propose(input)),
    register: os.register.handler(({ input }) => {
      const job = jobs.start(
        { title: `Registering ${input.name}`, project: input.project, unit: 'bytes' },
        async ({ progress, signal }) => {
          const version = await models.register(input, { signal, onProgress: progress });
          registered.keep(job, { name: input.name, version });
        },
      );
      return { job };
    }),
    registered: os.registered.handler(({ input }) => registered.get(input.job)),
    setAlias: os.setAlias.handler(({ input }) =>
      models.setAlias(input.project, input.name, input.alias, input.version),
    ),
    setStage: os.setStage.handler(({ input }) =>
      models.setStage(input.project, input.name, input.version, input.stage),
    ),
    deprecate: os.deprecate.handler(({ input }) =>
      models.deprecate(input.project, input.name, input.version, input.reason, input.undo),
    ),
  };
}

/** What jobs left, by their ids: the last hundred. */
function keepResults<T>() {
  const kept = new Map<string, T>();
  return {
    keep(job: string, result: T): void {
      kept.set(job, result);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    },
    get: (job: string): T | null => kept.get(job) ?? null,
  };
}
