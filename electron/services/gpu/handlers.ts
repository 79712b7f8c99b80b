import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { GpuService } from './service.ts';

/** Binds `contract.gpu`. */
export function gpuHandlers(gpu: GpuService) {
  const os = implement(contract.gpu);
  return { state: os.state.handler(() => gpu.state()) };
}
