import { useMemo, useState } from 'react';
import { client } from '../../lib/client.ts';
import { followJob } from '../../lib/follow-job.ts';
import { formatBytes, plural } from '../../lib/format.ts';
import { notifyDone, notifyError } from '../../ui/notify.ts';
import type { OnVersion } from './use-version-place.ts';

export type Verified = NonNullable<Awaited<ReturnType<typeof client.models.verification>>>;

/** What can be done with a version. Each says itself when it failed, and resolves to whether it was done. `busy` names what is at work. */
export function useVersionCommands(on: OnVersion) {
  const [busy, setBusy] = useState<string | null>(null);
  const commands = useMemo(() => {
    const attempt = async (what: string, failure: string, action: () => Promise<unknown>): Promise<boolean> => {
      setBusy(what);
      try {
        return (await action()) !== false;
      } catch (error) {
        notifyError(failure, error);
        return false;
      } finally {
        setBusy(null);
      }
    };
    /** A job's failure is told by the tray's own notice. */
    const done = async (started: Promise<{ job: string }>): Promise<string | null> => {
      const { job } = await started;
      return (await followJob(job))?.state === 'done' ? job : null;
    };
    return {
      check: () =>
        attempt('check', 'The gates were not checked', async () => (await done(client.gates.check(on))) !== null),
      async verify(): Promise<Verified | null> {
        let found: Verified | null = null;
        await attempt('verify', 'The version was not verified', async () => {
          const job = await done(client.models.verify(on));
          found = job === null ? null : await client.models.verification({ job });
          if (found && found.findings.length === 0)
            notifyDone(`${plural(found.checkedFiles, 'file')}, ${formatBytes(found.checkedBytes)}: all as registered.`);
        });
        return found;
      },
      request: (comment: string) =>
        attempt('request', 'No review was requested', () => client.reviews.request({ ...on, comment })),
      sign: () => attempt('sign', 'The version was not signed', () => client.signing.sign(on)),
      setAlias: (alias: string, version: string | null) =>
        attempt('alias', 'The alias was not changed', () => client.models.setAlias({ ...on, alias, version })),
      setStage: (stage: string | null) =>
        attempt('stage', 'The stage was not changed', () => client.models.setStage({ ...on, stage })),
      deprecate: (reason: string, undo = false) =>
        attempt('deprecate', undo ? 'It is still deprecated' : 'The version was not deprecated', () =>
          client.models.deprecate({ ...on, reason, undo }),
        ),
      exportTo: (to: string) =>
        attempt('export', 'The files were not exported', async () => {
          const ok = (await done(client.models.export({ ...on, to }))) !== null;
          if (ok) notifyDone(`Its files are in ${to}.`);
          return ok;
        }),
      pullBytes: () =>
        attempt('pull', 'The files were not fetched', async () => (await done(client.models.pullBytes(on))) !== null),
      writeCard: (sections: Record<string, string>) =>
        attempt('card', 'The card was not written', () => client.models.writeCard({ ...on, sections })),
    };
  }, [on]);
  return useMemo(() => ({ ...commands, busy }), [commands, busy]);
}

export type VersionCommands = ReturnType<typeof useVersionCommands>;
