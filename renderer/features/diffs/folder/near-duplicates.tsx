import { Button, Popover, Progress, UnstyledButton } from '@mantine/core';
import { IconPhotoSearch } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../lib/client.ts';
import { plural } from '../../../lib/format.ts';
import { notifyError } from '../../../ui/notify.ts';
import { thumbAddress } from '../media-address.ts';
import { baseName } from '../side-words.ts';
import classes from './gallery.module.css';
import { Thumb } from './gallery-card.tsx';
import type { Looked } from './lightbox.tsx';

const MOST = 300;

type Props = { project: string; id: string; onLook: (looked: Looked) => void };

/** Pictures that look alike though their bytes differ. Every picture is read for it, so it begins with a click. */
export function NearDuplicates({ project, id, onLook }: Props) {
  const [open, setOpen] = useState(false);
  const [job, setJob] = useState<string | null>(null);
  const similar = useQuery(api.diffs.similar.queryOptions({ input: { project, id } }));
  const running = useQuery({ ...api.jobs.list.queryOptions(), enabled: job !== null }).data?.find(
    (one) => one.id === job && one.state === 'running',
  );
  const find = useMutation(
    api.diffs.findSimilar.mutationOptions({
      onSuccess: (started) => setJob(started.job),
      onError: (error) => notifyError('Near-duplicates were not looked for', error),
    }),
  );
  if (running)
    return (
      <Progress
        className={classes.finding}
        value={running.total > 0 ? (100 * running.done) / running.total : 100}
        animated={running.total === 0}
        aria-label="Looking for near-duplicates"
      />
    );
  if (!similar.data?.done)
    return (
      <Button
        variant="default"
        leftSection={<IconPhotoSearch size={14} />}
        loading={find.isPending}
        onClick={() => find.mutate({ project, id })}
      >
        Find near-duplicates
      </Button>
    );
  const { pairs } = similar.data;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={420} trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconPhotoSearch size={14} />}
          disabled={pairs.length === 0}
          onClick={() => setOpen(!open)}
        >
          {pairs.length === 0 ? 'No near-duplicates' : plural(pairs.length, 'near-duplicate')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <div className={classes.pairs}>
          {pairs.slice(0, MOST).map(({ before, after, distance }) => (
            <UnstyledButton
              key={`${before}\n${after}`}
              className={classes.pair}
              title={`${before} and ${after}`}
              onClick={() => {
                setOpen(false);
                onLook({ title: `${before} and ${after}`, before, after });
              }}
            >
              <Thumb address={thumbAddress(project, id, 'before', before)} side="before" />
              <Thumb address={thumbAddress(project, id, 'after', after)} side="after" />
              <span className={classes.pairNames}>
                <span>{baseName(before)}</span>
                <span>{baseName(after)}</span>
                <em>{distance === 0 ? 'look the same' : `${plural(distance, 'bit')} of 64 differ`}</em>
              </span>
            </UnstyledButton>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
