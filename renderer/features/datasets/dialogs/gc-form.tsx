import { Button, Checkbox, Group, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../lib/client.ts';
import { shortHash } from '../../../lib/data-links.ts';
import { formatBytes, formatCount, plural } from '../../../lib/format.ts';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import classes from './dialogs.module.css';
import { FormButtons } from './form-buttons.tsx';
import { TrashList } from './trash-list.tsx';

type Props = { project: string; commands: DatasetCommands; onClose: () => void };

const KEEP = [
  { key: 'commits', label: 'Versions of any commit' },
  { key: 'branches', label: 'Versions of branches' },
  { key: 'tags', label: 'Tagged versions' },
  { key: 'runs', label: 'Versions that runs read' },
] as const;

/** What would go from the cache and why; then it goes to a trash, from which it can be brought back. */
export function GcForm({ project, commands, onClose }: Props) {
  const [keep, setKeep] = useState({ branches: true, tags: true, commits: true, runs: true });
  const plan = useQuery({
    ...api.datasets.gcPlan.queryOptions({ input: { project, keep } }),
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
  const { data } = plan;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void commands.gc(keep);
        onClose();
      }}
    >
      <Text size="xs" c="dimmed" mb={6}>
        What the working copy uses is always kept. Keep also:
      </Text>
      <div className={classes.keep}>
        {KEEP.map(({ key, label }) => (
          <Checkbox
            key={key}
            label={label}
            checked={keep[key]}
            onChange={(event) => setKeep({ ...keep, [key]: event.currentTarget.checked })}
          />
        ))}
      </div>
      {plan.error ? <ErrorState error={plan.error} onRetry={() => void plan.refetch()} /> : null}
      {!data && !plan.error ? <LoadingRows rows={4} height={28} /> : null}
      {data && !plan.error ? (
        <div style={{ opacity: plan.isPlaceholderData ? 0.55 : 1 }}>
          <Text mt="md" fw={500}>
            {data.objects === 0
              ? `Nothing would go: all ${plural(data.kept.objects, 'object')} (${formatBytes(data.kept.bytes)}) are needed.`
              : `${plural(data.objects, 'object')} would go, ${formatBytes(data.bytes)}; ${formatCount(data.kept.objects)} stay, ${formatBytes(data.kept.bytes)}.`}
          </Text>
          {data.sharedWith.length > 0 ? (
            <Text size="xs" c="dimmed">
              This cache is also used by {data.sharedWith.join(', ')}; what they record stays.
            </Text>
          ) : null}
          {data.entries.length > 0 ? (
            <div className={classes.scroll}>
              <table className={classes.table}>
                <thead>
                  <tr>
                    <th>Object</th>
                    <th className={classes.number}>Size</th>
                    <th>Why</th>
                    <th>Last used by</th>
                  </tr>
                </thead>
                <tbody>
                  {data.entries.slice(0, 200).map((entry) => (
                    <tr key={entry.hash}>
                      <td title={entry.hash}>
                        <code>{shortHash(entry.hash)}</code>
                      </td>
                      <td className={classes.number}>{formatBytes(entry.bytes)}</td>
                      <td>{entry.why}</td>
                      <td>{entry.last ?? '–'}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          ) : null}
        </div>
      ) : null}
      <TrashList project={project} commands={commands} />
      {data && data.objects > 0 ? (
        <FormButtons action={`Move ${formatBytes(data.bytes)} to the trash`} onClose={onClose} />
      ) : (
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        </Group>
      )}
    </form>
  );
}
