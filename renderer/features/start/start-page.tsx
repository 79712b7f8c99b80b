import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useProjectId, useProjectState } from '../../lib/use-project.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingPage } from '../../ui/loading.tsx';
import { draftOf, emptyDraft } from './draft.ts';
import { StartForm } from './start-form.tsx';
import { usePastName, usePastRequest } from './use-start.ts';

/** Starts a run, from nothing or from a past run (`?from=`). */
export function StartPage() {
  const project = useProjectId();
  const state = useProjectState();
  const search: { from?: unknown } = useSearch({ strict: false });
  const from = typeof search.from === 'string' && search.from ? search.from : null;
  const past = usePastRequest(project, from);
  const pastName = usePastName(project, from);

  if (past.error)
    return (
      <ErrorState
        error={past.error}
        title="The settings of that run could not be read"
        onRetry={() => void past.refetch()}
        action={
          <Link to="/p/$project/start" params={{ project }}>
            <Button component="span" variant="default">
              Start from nothing
            </Button>
          </Link>
        }
      />
    );
  if (!state || (from && !past.data)) return <LoadingPage />;
  const first = from && past.data ? draftOf(past.data) : emptyDraft(state.defaultCommand, state.defaultExperiment);
  const origin = from && past.data ? { run: from, name: pastName, group: past.data.group ?? null } : null;
  return <StartForm key={`${project} ${from}`} project={project} state={state} first={first} origin={origin} />;
}
