import { Button } from '@mantine/core';
import { IconFilterOff, IconPlayerPlay, IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../ui/empty-state.tsx';
import classes from './runs-page.module.css';

const COMMAND = 'assay run -- python train.py';
const SCRIPT = `import assay

run = assay.init(params={"lr": 0.01})
for epoch in range(10):
    run.log({"loss": 1 / (epoch + 1)})`;

/** What the page of a project without runs shows: two ways to get one. */
export function NoRuns({ project }: { project: string }) {
  return (
    <EmptyState
      icon={<IconPlugConnected size={32} stroke={1.25} />}
      title="No runs yet"
      action={
        <Button
          leftSection={<IconPlayerPlay size={14} />}
          renderRoot={(props) => <Link {...props} to="/p/$project/start" params={{ project }} />}
        >
          Start a run
        </Button>
      }
    >
      Start one here, or from a terminal in the project's folder. Scripts that log with the SDK appear by themselves.
      <div className={classes.snippets}>
        <pre className={classes.snippet}>{COMMAND}</pre>
        <pre className={classes.snippet}>{SCRIPT}</pre>
      </div>
    </EmptyState>
  );
}

/** No run fits the filter. */
export function NothingFits({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={<IconFilterOff size={32} stroke={1.25} />}
      title="No run fits this filter"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filter
        </Button>
      }
    />
  );
}

/** Nothing was deleted. */
export function EmptyTrash({ onBack }: { onBack: () => void }) {
  return (
    <EmptyState
      icon={<IconTrash size={32} stroke={1.25} />}
      title="The trash is empty"
      action={
        <Button variant="default" onClick={onBack}>
          Back to the runs
        </Button>
      }
    >
      Deleted runs come here whole, until they are restored or removed for good.
    </EmptyState>
  );
}
