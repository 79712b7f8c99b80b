import { z } from 'zod';
import { proxyPath } from './artifacts.ts';
import { orNull, type Rest } from './rest.ts';

/**
 * Where an experiment that does not exist yet would keep its artifacts is told by the default one, which every server has at first.
 * @throws AppError UNAVAILABLE when that is not behind the server's proxy
 */
export async function proxyOfNew(rest: Rest): Promise<void> {
  const shape = z.object({ experiment: z.object({ artifact_location: z.string().default('') }) });
  const found = await rest.again(() => orNull(rest.call('GET', 'experiments/get', { experiment_id: '0' }, shape)));
  const location = found?.experiment.artifact_location ?? '';
  // deleted, or not for us to see: the experiment that is made will tell
  if (location !== '') proxyPath(location, rest);
}
