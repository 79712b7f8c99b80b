import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { Verification } from '../../../shared/contract/models.ts';
import type { JobsService } from '../jobs/service.ts';
import type { RegisterWork } from './register.ts';
import type { ModelsService } from './service.ts';

const KEPT = 100;

/** Binds what of `contract.models` the registry answers itself: versions and their bytes. */
export function modelsHandlers(models: ModelsService, jobs: JobsService) {
  const os = implement(contract.models);
  const registered = keepResults<{ name: string; version: string }>();
  const verified = keepResults<Verification>();
  type Task = { readonly project: string; readonly title: string };
  const start = ({ project, title }: Task, work: (how: Required<RegisterWork>, job: string) => Promise<unknown>) => {
    const job = jobs.start({ title, project, unit: 'bytes' }, async ({ progress, signal }) => {
      await work({ signal, onProgress: progress }, job);
    });
    return { job };
  };

  return {
    list: os.list.handler(({ input }) => models.list(input.project)),
    versions: os.versions.handler(({ input: { project, ...query } }) => models.page(project, query)),
    get: os.get.handler(({ input }) => models.get(input.project, input.name, input.version)),
    ofRun: os.ofRun.handler(({ input }) => models.ofRun(input.project, input.run)),
    propose: os.propose.handler(({ input }) => models.propose(input)),
    register: os.register.handler(({ input }) =>
      start({ project: input.project, title: `Registering ${input.name}` }, async (work, job) => {
        const version = await models.register(input, work);
        registered.keep(job, { name: input.name, version });
      }),
    ),
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
    verify: os.verify.handler(({ input }) =>
      start({ project: input.project, title: `Verifying ${input.name} ${input.version}` }, async (work, job) =>
        verified.keep(job, await models.verify(input, work)),
      ),
    ),
    verification: os.verification.handler(({ input }) => verified.get(input.job)),
    pushBytes: os.pushBytes.handler(({ input }) =>
      start({ project: input.project, title: `Pushing the bytes of ${input.name} ${input.version}` }, (work) =>
        models.pushBytes(input, work),
      ),
    ),
    pullBytes: os.pullBytes.handler(({ input }) =>
      start({ project: input.project, title: `Fetching the bytes of ${input.name} ${input.version}` }, (work) =>
        models.pullBytes(input, work),
      ),
    ),
    export: os.export.handler(({ input }) =>
      start({ project: input.project, title: `Exporting ${input.name} ${input.version}` }, (work) =>
        models.export(input, work),
      ),
    ),
    text: os.text.handler(({ input }) => models.text(input.project, input.name, input.version, input.path)),
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
