import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { PythonService } from './service.ts';

/** Binds `contract.python`. */
export function pythonHandlers(python: PythonService) {
  const os = implement(contract.python);
  return {
    list: os.list.handler(({ input }) => python.list(input.project)),
    prefer: os.prefer.handler(({ input }) => python.prefer(input.project, input.executable)),
  };
}
