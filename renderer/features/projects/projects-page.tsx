import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconFlask, IconFolderOpen } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../lib/client.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { notifyError } from '../../ui/notify.ts';
import { ProjectCard } from './project-card.tsx';
import classes from './projects-page.module.css';
import { useOpenFolder } from './use-open-folder.ts';

/** The welcome page: recent projects, and the ways to a first one. */
export function ProjectsPage() {
  const projects = useQuery(api.projects.list.queryOptions());
  const openFolder = useOpenFolder();
  const navigate = useNavigate();
  const example = useMutation(
    api.projects.example.mutationOptions({
      onSuccess: ({ project }) => navigate({ to: '/p/$project/runs', params: { project: project.id } }),
      onError: (error) => notifyError('The example was not made', error),
    }),
  );
  const hasExample = projects.data?.some((project) => project.example) ?? false;

  return (
    <div className={classes.page}>
      <Stack gap="lg">
        <div>
          <Title order={1} className={classes.title}>
            {projects.data?.length === 0 ? 'Welcome to Assay' : 'Projects'}
          </Title>
          <Text c="dimmed" mt={4} maw={560}>
            {projects.data?.length === 0
              ? 'A project is a folder with your training code, a git repository or not. Open yours, or look around in the example: a small real data set and a handful of runs that are trained on this machine as you watch.'
              : 'Folders you worked in. Everything a run leaves behind stays in its project’s folder.'}
          </Text>
        </div>
        <Group gap="xs">
          <Button leftSection={<IconFolderOpen size={16} stroke={1.8} />} size="sm" onClick={() => void openFolder()}>
            Open a folder
          </Button>
          {projects.data && !hasExample ? (
            <Button
              variant="default"
              size="sm"
              leftSection={<IconFlask size={16} stroke={1.8} />}
              loading={example.isPending}
              onClick={() => example.mutate(undefined)}
            >
              Make the example project
            </Button>
          ) : null}
        </Group>
        {projects.error ? (
          <ErrorState
            title="The projects could not be loaded"
            error={projects.error}
            onRetry={() => void projects.refetch()}
          />
        ) : projects.data ? (
          <div className={classes.list}>
            {projects.data.map((project) => (
              <ProjectCard key={project.id} project={project} />
            ))}
          </div>
        ) : (
          <LoadingRows rows={4} height={64} />
        )}
      </Stack>
    </div>
  );
}
