import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Receipt } from '../../../../shared/contract/targets.ts';
import { client } from '../../../lib/client.ts';
import { followJob } from '../../../lib/follow-job.ts';
import { formatAgo, formatBytes, formatDateTime, formatDuration } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Chip, Mark } from '../../../ui/models/marks.tsx';
import { notifyDone, notifyError } from '../../../ui/notify.ts';
import { numberCell, TableBox } from '../../../ui/section.tsx';
import type { OnVersion } from '../use-version-place.ts';
import page from '../version-page.module.css';

type Props = { on: OnVersion; receipts: readonly Receipt[] };

/** What each target got and when, and whether it was read back. The newest of each can be read back again. */
export function ReceiptTable({ on, receipts }: Props) {
  const [busy, setBusy] = useState<string | null>(null);
  const newest = new Set(receipts.filter((one, at) => receipts.findIndex((r) => r.target === one.target) === at));
  const verify = async (target: string): Promise<void> => {
    setBusy(target);
    try {
      const { job } = await client.targets.verify({ ...on, target });
      const ended = await followJob(job);
      if (ended?.state === 'done') notifyDone(`${target} has every byte as it was pushed.`);
    } catch (error) {
      notifyError(`${target} was not read back`, error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <TableBox most={520}>
      <thead>
        <tr>
          <th>Target</th>
          <th>State</th>
          <th>Reference</th>
          <th>Digest</th>
          <th style={{ textAlign: 'right' }}>Sent</th>
          <th>When</th>
          <th aria-label="What to do" />
        </tr>
      </thead>
      <tbody>
        {receipts.map((one) => (
          <tr key={`${one.target} ${one.at}`}>
            <td>
              {one.target} <span className={page.muted}>{one.kind}</span>
            </td>
            <td>
              <Mark
                tone={one.verified ? 'good' : 'bad'}
                words={one.verified ? 'Verified' : 'Not verified'}
                detail={one.verified ? 'Every digest was read back and was right' : 'Reading back found a difference'}
              />
            </td>
            <td>
              <span className={page.withButton}>
                <code>{one.ref}</code>
                <CopyButton value={one.ref} label="Copy the reference" />
              </span>{' '}
              {one.aliases.map((alias) => (
                <Chip key={alias} tone="accent">
                  @{alias}
                </Chip>
              ))}
            </td>
            <td title={one.digest}>
              <code>{one.digest.replace(/^sha256:/, '').slice(0, 12)}</code>
            </td>
            <td className={numberCell} title={`${formatBytes(one.skippedBytes)} were there already`}>
              {formatBytes(one.bytes)} <span className={page.muted}>in {formatDuration(one.elapsedMs)}</span>
            </td>
            <td title={`${formatDateTime(one.at)} by ${one.by}`}>{formatAgo(one.at)}</td>
            <td className={numberCell}>
              {newest.has(one) ? (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="gray"
                  aria-label={`Read back from ${one.target}`}
                  loading={busy === one.target}
                  onClick={() => void verify(one.target)}
                >
                  Read back
                </Button>
              ) : null}
            </td>
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}
