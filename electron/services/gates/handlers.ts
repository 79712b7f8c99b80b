import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { Gates } from './service.ts';

/** Binds `contract.gates`. */
export function gatesHandlers(gates: Gates) {
  const os = implement(contract.gates);
  return {
    declared: os.declared.handler(({ input }) => gates.declared(input.project, input.name)),
    check: os.check.handler(({ input }) => ({ job: gates.startCheck(input.project, input.name, input.version) })),
    checked: os.checked.handler(({ input }) => gates.checked(input.job)),
    latest: os.latest.handler(({ input }) => gates.latest(input.project, input.name, input.version)),
    get: os.get.handler(({ input }) => gates.get(input.project, input.name, input.version, input.digest)),
    history: os.history.handler(({ input }) => gates.history(input.project, input.name, input.version)),
  };
}
