import type { Db } from '../../db/open.ts';

/** A project that this process has open. */
export type OpenProject = {
  readonly id: string;
  readonly root: string;
  /** The index. Ask for it each time: a rebuild replaces it. */
  readonly db: Db;
  readonly trusted: boolean;
};

/** What other services need of the projects service. */
export type ProjectLookup = {
  /** @throws AppError NOT_FOUND when no such project is open */
  get(id: string): OpenProject;
  all(): readonly OpenProject[];
};
