import { client } from '../../lib/client.ts';
import { followJob } from '../../lib/follow-job.ts';

/**
 * Follows a job of the targets to its end. A failure is told by the job tray's own notice, so it is no error here.
 * @returns what it left in sentences; null when it did not end well
 */
export async function followTargetJob(id: string): Promise<string[] | null> {
  const job = await followJob(id);
  return job?.state === 'done' ? ((await client.targets.result({ job: id }))?.lines ?? []) : null;
}
