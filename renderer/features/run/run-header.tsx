import { ActionIcon, Button, Text } from '@mantine/core';
import { IconStar, IconStarFilled } from '@tabler/icons-react';
import type { RunDetail } from '../../../shared/contract/runs.ts';
import { formatDateTime, formatDuration, shortId } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Tip } from '../../ui/tip.tsx';
import { RunActions } from './run-actions.tsx';
import { RunColorButton } from './run-color-button.tsx';
import { RunName } from './run-name.tsx';
import classes from './run-page.module.css';
import { endingText, runDuration } from './run-state.ts';
import { RunTags } from './run-tags.tsx';
import { useRunCommands } from './use-run.ts';

/** Who the run is, how it goes, and what can be done with it. */
export function RunHeader({ project, run }: { project: string; run: RunDetail }) {
  const commands = useRunCommands(project, run.id);
  const star = run.starred ? 'Take the star off' : 'Star this run';
  return (
    <header className={classes.header}>
      {run.deletedAt === null ? null : (
        <div className={classes.trash}>
          <Text>This run is in the trash. Its files are still there.</Text>
          <Button
            size="compact-xs"
            variant="default"
            loading={commands.restore.isPending}
            onClick={() => commands.restore.mutate()}
          >
            Restore
          </Button>
        </div>
      )}
      <div className={classes.line}>
        <RunColorButton run={run} onColor={(color) => commands.update({ color })} />
        <RunName name={run.name} onRename={(name) => commands.update({ name })} />
        <Tip label={star}>
          <ActionIcon
            size="sm"
            aria-label={star}
            aria-pressed={run.starred}
            onClick={() => commands.update({ starred: !run.starred })}
          >
            {run.starred ? <IconStarFilled size={16} color="var(--assay-warn)" /> : <IconStar size={16} />}
          </ActionIcon>
        </Tip>
        <StatusBadge status={run.status} />
        <Progress run={run} />
        <div className={classes.space} />
        <RunActions project={project} run={run} commands={commands} />
      </div>
      <div className={classes.facts}>
        <span>{run.experiment}</span>
        <span>{formatDateTime(run.startedAt ?? run.createdAt)}</span>
        <span className={classes.id}>
          <code>{shortId(run.id)}</code>
          <CopyButton value={run.id} label="Copy the run's id" />
        </span>
        <RunTags tags={run.tags} onChange={(tags) => commands.update({ tags })} />
      </div>
      {run.error ? <div className={classes.trouble}>{run.error}</div> : null}
    </header>
  );
}

/** Duration and ending beside the status; the only part of the header that moves with the clock. */
function Progress({ run }: { run: RunDetail }) {
  const now = useNow(run.status === 'running' || run.status === 'lost' ? 1000 : 0);
  const duration = runDuration(run, now);
  const ending = endingText(run, now);
  return (
    <Text c="dimmed" truncate>
      {[duration === null ? null : formatDuration(duration), ending].filter(Boolean).join(' · ')}
    </Text>
  );
}
