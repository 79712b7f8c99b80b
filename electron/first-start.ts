import type { Project } from '../shared/contract/projects.ts';
import { messageOf } from '../shared/errors.ts';
import type { Log } from './platform/log.ts';
import type { Services } from './services/index.ts';

/**
 * A first start has something to look at: the example project, made by really running it. Not having it
 * is no reason not to start. Resolves at once with the project to show; its runs arrive one by one. `ASSAY_EXAMPLE=none` starts empty.
 */
export async function firstStart(services: Pick<Services, 'ensureExample'>, log: Log): Promise<Project | null> {
  if (process.env.ASSAY_EXAMPLE === 'none') return null;
  try {
    return await services.ensureExample();
  } catch (error) {
    log.warn('the example project could not be made', { error: messageOf(error) });
    return null;
  }
}
