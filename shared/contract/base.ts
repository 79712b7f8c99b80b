import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ERROR_STATUS } from '../errors.ts';

const errorMap = Object.fromEntries(Object.entries(ERROR_STATUS).map(([code, status]) => [code, { status }])) as {
  [K in keyof typeof ERROR_STATUS]: { status: (typeof ERROR_STATUS)[K] };
};

/** Every procedure starts here, so that the closed list of errors is part of each one's type. */
export const procedure = oc.errors(errorMap);

export const ProjectId = z.string().min(1).max(64);
export type ProjectId = z.infer<typeof ProjectId>;

export const RunId = z.string().regex(/^[0-9a-f]{32}$/, 'A run id is 32 lower-case hex digits.');
export type RunId = z.infer<typeof RunId>;

/** Input of everything that acts on one project. */
export const InProject = z.object({ project: ProjectId });

/** Input of everything that acts on one run. */
export const OnRun = InProject.extend({ run: RunId });

/** Input of everything that acts on several runs. */
export const OnRuns = InProject.extend({ runs: z.array(RunId).min(1).max(100_000) });

/** A long job was started; follow it with `jobs.watch`. */
export const JobStarted = z.object({ job: z.string() });
