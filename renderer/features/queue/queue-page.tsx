import { Button, NumberInput } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import type { QueueState } from '../../../shared/contract/queue.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Tip } from '../../ui/tip.tsx';
import { Machine } from './machine.tsx';
import classes from './queue-page.module.css';
import { RunningList } from './running-list.tsx';
import { type Queue, useQueue } from './use-queue.ts';
import { WaitingList } from './waiting-list.tsx';

/** What waits, what runs, and what it runs on. */
export function QueuePage() {
  const queue = useQueue();
  const state = queue.query.data;
  return (
    <div className={classes.page}>
      <PageHeader title="Queue and GPUs">{state ? <Controls queue={queue} state={state} /> : null}</PageHeader>
      <div className={classes.columns}>
        <div className={classes.lists}>
          {state ? (
            <>
              <RunningList project={queue.project} runs={state.running} onStop={queue.stop} />
              <WaitingList queue={queue} state={state} />
            </>
          ) : queue.query.error ? (
            <ErrorState
              title="The queue could not be loaded"
              error={queue.query.error}
              onRetry={() => void queue.query.refetch()}
            />
          ) : (
            <LoadingRows rows={6} height={44} />
          )}
        </div>
        <Machine />
      </div>
    </div>
  );
}

function Controls({ queue, state }: { queue: Queue; state: QueueState }) {
  return (
    <>
      <Tip label="How many runs without a GPU may run at the same time">
        <NumberInput
          aria-label="CPU slots"
          leftSection={<span className={classes.slots}>CPU slots</span>}
          leftSectionWidth={72}
          w={132}
          min={1}
          max={256}
          allowDecimal={false}
          clampBehavior="strict"
          key={state.cpuSlots}
          defaultValue={state.cpuSlots}
          onChange={(value) => {
            if (typeof value === 'number' && value >= 1 && value !== state.cpuSlots) queue.set({ cpuSlots: value });
          }}
        />
      </Tip>
      <Button
        variant={state.paused ? 'filled' : 'default'}
        loading={queue.busy}
        leftSection={state.paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
        onClick={() => queue.set({ paused: !state.paused })}
      >
        {state.paused ? 'Resume the queue' : 'Pause the queue'}
      </Button>
    </>
  );
}
