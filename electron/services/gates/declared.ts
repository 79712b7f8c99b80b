import { z } from 'zod';

/** `gates:` of `assay.yaml`: a model's name, or `*` for every model, and what its versions must hold. */
export const DeclaredGates = z.record(z.string(), z.array(z.record(z.string(), z.json())));
export type DeclaredGates = z.infer<typeof DeclaredGates>;
