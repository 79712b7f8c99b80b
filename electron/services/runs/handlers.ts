import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { RunStatus, StartRequest, StartRequestParsed } from '../../../shared/contract/runs.ts';
import type { RunsService } from './service.ts';

/** What starts and ends processes. */
export type Launch = {
  start(input: { project: string; request: StartRequestParsed }): Promise<{ run: string; status: RunStatus }>;
  stop(input: { project: string; runs: string[] }): Promise<void>;
  request(input: { project: string; run: string }): Promise<StartRequest>;
};

/** Binds `contract.runs`. */
export function runsHandlers(runs: RunsService, launch: Launch) {
  const os = implement(contract.runs);
  return {
    list: os.list.handler(({ input }) => runs.list(input)),
    columns: os.columns.handler(({ input }) => runs.columns(input)),
    get: os.get.handler(({ input }) => runs.get(input)),
    update: os.update.handler(({ input }) => runs.update(input)),
    delete: os.delete.handler(({ input }) => runs.delete(input)),
    restore: os.restore.handler(({ input }) => runs.restore(input)),
    purge: os.purge.handler(({ input }) => runs.purge(input)),
    start: os.start.handler(({ input }) => launch.start(input)),
    stop: os.stop.handler(({ input }) => launch.stop(input)),
    request: os.request.handler(({ input }) => launch.request(input)),
    log: os.log.handler(({ input }) => runs.log(input)),
    searchLog: os.searchLog.handler(({ input, signal }) => runs.searchLog(input, signal)),
    patch: os.patch.handler(({ input }) => runs.patch(input)),
    packages: os.packages.handler(({ input }) => runs.packages(input)),
    artifact: os.artifact.handler(({ input }) => runs.artifact(input)),
    artifactTable: os.artifactTable.handler(({ input }) => runs.artifactTable(input)),
  };
}
