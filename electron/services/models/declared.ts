import { z } from 'zod';

const Pointer = z.string().regex(/^[a-z][a-z0-9-]*[a-z0-9]$/, 'use lower-case letters, digits and - only');

/** `models:` of `assay.yaml`. */
export const DeclaredModels = z.strictObject({
  /** the project's own stages, in order; other pointers are aliases */
  stages: z.array(Pointer).max(50).optional(),
  /** the alias with which gates compare and that rollback moves; `champion` when it is not said */
  champion: Pointer.optional(),
  /** commit what the registry writes below `models/` at once; true when it is not said */
  commit: z.boolean().optional(),
  review: z
    .strictObject({
      /** how many must approve; 1 when it is not said */
      approvals: z.number().int().min(1).max(20).optional(),
      /** e-mail addresses as git knows them; whoever may commit when it is not said */
      reviewers: z.array(z.string().min(3).max(300)).max(100).optional(),
      /** whether the author's approval counts; true when it is not said */
      author_may_approve: z.boolean().optional(),
    })
    .optional(),
});
export type DeclaredModels = z.infer<typeof DeclaredModels>;
