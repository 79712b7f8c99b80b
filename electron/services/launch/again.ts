import { join } from 'node:path';
import { z } from 'zod';
import { StartRequest } from '../../../shared/contract/runs.ts';
import { AppError } from '../../../shared/errors.ts';
import { MASK } from '../../../shared/secret-names.ts';
import { readJson } from '../../platform/files.ts';
import { readRequest } from './run-folder.ts';

const Identity = z.object({
  command: z.array(z.string()).min(1),
  cwd: z.string().catch('.'),
  experiment: z.string().catch('default'),
  group: z.string().nullable().catch(null),
  tags: z.record(z.string(), z.string()).catch({}),
  note: z.string().catch(''),
  gpus: z.array(z.number()).catch([]),
});

/**
 * The request to start a past run again. A run that was not started by Assay is read from its `run.json`: its first word may be an
 * interpreter, which the choice of the project replaces.
 * @throws AppError NOT_FOUND when the run has no command
 */
export function requestAgain(root: string, folder: string, run: string): StartRequest {
  const stored = readRequest(folder);
  if (stored) {
    const { createdAt: _, named, ...request } = stored;
    return { ...request, name: named ? request.name : null, queue: false, restartOf: run };
  }
  const identity = Identity.safeParse(readJson(join(folder, 'run.json'))).data;
  if (!identity)
    throw new AppError('NOT_FOUND', 'This run has no command that could be started again. Start a new one.', { run });
  const { gpus, cwd, ...rest } = identity;
  const inside = cwd.startsWith(`${root}/`) ? cwd.slice(root.length + 1) : cwd === root ? '.' : cwd;
  return StartRequest.parse({ ...rest, cwd: inside, gpus: gpus.length > 0 ? gpus : 'auto', restartOf: run });
}

/**
 * Variables as they are to be set: a masked one stands for a secret of the past run and cannot be used; where this machine's own environment
 * has it, that value is taken.
 * @throws AppError BAD_REQUEST naming the variable that must be typed anew
 */
export function withoutMasks(env: Readonly<Record<string, string>>, own: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => {
      if (!value.includes(MASK)) return true;
      if (own[name] !== undefined) return false;
      throw new AppError(
        'BAD_REQUEST',
        `The value of ${name} was not kept, because it looks like a secret. Type it anew, or remove the variable.`,
        { variable: name },
      );
    }),
  );
}
