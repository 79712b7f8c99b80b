import { Button } from '@mantine/core';
import { IconFolderQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { api } from '../lib/client.ts';
import { errorCode } from '../lib/errors.ts';
import { useProjectId } from '../lib/use-project.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { useActions } from './actions.ts';

/** Every page of a project, or one sentence when the address names a project that is not on the list. */
export function ProjectGate() {
  const project = useProjectId();
  const { error } = useQuery(api.projects.state.queryOptions({ input: { project } }));
  const actions = useActions();
  if (errorCode(error) !== 'NOT_FOUND') return <Outlet />;
  return (
    <EmptyState
      icon={<IconFolderQuestion size={32} stroke={1.4} />}
      title="This project is not on your list"
      action={
        <Button.Group>
          <Button onClick={actions.open}>Open a folder</Button>
          <Button variant="default" component={Link} to="/">
            All projects
          </Button>
        </Button.Group>
      }
    >
      It was taken off, or the link comes from another machine. Open its folder to have it back.
    </EmptyState>
  );
}
