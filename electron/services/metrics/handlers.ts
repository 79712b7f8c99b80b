import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { MetricsService } from './service.ts';

/** Binds `contract.metrics`. */
export function metricsHandlers(metrics: MetricsService) {
  const os = implement(contract.metrics);
  return {
    keys: os.keys.handler(({ input }) => metrics.keys(input)),
    series: os.series.handler(({ input }) => metrics.series(input)),
  };
}
