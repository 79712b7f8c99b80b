import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { connection, useConnection } from '../lib/connection.ts';
import { useLate } from '../ui/loading.tsx';
import classes from './connection-banner.module.css';

const WORDS = {
  connecting: 'Connecting to Assay…',
  reconnecting: 'Assay does not answer. Runs go on without it; this page reconnects by itself.',
  refused: 'Assay was restarted and does not know this tab. Open the address that it printed in the terminal.',
} as const;

/** Says that the line to the host is down, once it has been for a moment. */
export function ConnectionBanner() {
  const state = useConnection();
  return state === 'open' ? null : <Banner key={state} state={state} />;
}

function Banner({ state }: { state: keyof typeof WORDS }) {
  const late = useLate(state === 'refused' ? 0 : 700);
  if (!late) return null;
  return (
    <div className={classes.banner} role="status">
      <IconPlugConnectedX size={16} aria-hidden />
      <span>{WORDS[state]}</span>
      {state === 'reconnecting' ? (
        <Button size="compact-xs" variant="default" onClick={() => connection.retry()}>
          Try now
        </Button>
      ) : null}
    </div>
  );
}
