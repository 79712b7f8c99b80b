import { Group, Text } from '@mantine/core';
import type { RunStatus } from '../../shared/contract/runs.ts';
import classes from './status-badge.module.css';
import { Tip } from './tip.tsx';

const WORDS: Record<RunStatus, { word: string; meaning: string }> = {
  queued: { word: 'Queued', meaning: 'Waits for a free slot' },
  running: { word: 'Running', meaning: 'Its process is alive' },
  finished: { word: 'Finished', meaning: 'Ended with exit code 0' },
  failed: { word: 'Failed', meaning: 'Ended with an error' },
  stopped: { word: 'Stopped', meaning: 'Was stopped on request' },
  lost: { word: 'Lost', meaning: 'Its process vanished without saying how it ended' },
};

/** The word for a status, capitalised. */
export function statusWord(status: RunStatus): string {
  return WORDS[status].word;
}

/** A dot alone, for narrow places; the word is its accessible name. */
export function StatusDot({ status }: { status: RunStatus }) {
  return <span className={classes.dot} data-status={status} role="img" aria-label={WORDS[status].word} />;
}

/** Dot and word. The dots differ in shape as well as in colour; a running one breathes unless motion is unwanted. */
export function StatusBadge({ status }: { status: RunStatus }) {
  return (
    <Tip label={WORDS[status].meaning}>
      <Group component="span" gap={6} wrap="nowrap" className={classes.badge}>
        <span className={classes.dot} data-status={status} aria-hidden />
        <Text span inherit>
          {WORDS[status].word}
        </Text>
      </Group>
    </Tip>
  );
}
