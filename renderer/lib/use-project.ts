import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ProjectState } from '../../shared/contract/projects.ts';
import { api } from './client.ts';

/** The id of the project that the page's address names. Only for pages under `/p/$project`. */
export function useProjectId(): string {
  const { project } = useParams({ strict: false }) as { project?: string };
  if (!project) throw new Error('This page belongs to a project, but its address names none.');
  return project;
}

/** The state of the project in the address; undefined while it loads. Shared by everybody who asks. */
export function useProjectState(): ProjectState | undefined {
  const project = useProjectId();
  return useQuery(api.projects.state.queryOptions({ input: { project } })).data;
}
