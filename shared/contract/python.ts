import { z } from 'zod';
import { InProject, procedure } from './base.ts';

export const Interpreter = z.object({
  executable: z.string(),
  version: z.string().nullable(),
  kind: z.enum(['venv', 'uv', 'conda', 'pyenv', 'system', 'custom']),
  label: z.string(),
  /** The one that a run gets when nothing else is said. */
  preferred: z.boolean(),
});
export type Interpreter = z.infer<typeof Interpreter>;

export const python = {
  /** Best first. Empty when there is no Python: everything else works, and the page says how to get one. */
  list: procedure.input(InProject).output(z.array(Interpreter)),
  /** Remembers the choice for this project; null goes back to the automatic one. */
  prefer: procedure.input(InProject.extend({ executable: z.string().nullable() })).output(z.array(Interpreter)),
};
