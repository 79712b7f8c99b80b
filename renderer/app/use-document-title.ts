import { useQuery } from '@tanstack/react-query';
import { useMatches, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { api } from '../lib/client.ts';

/** Keeps the window's title at "what · project · Assay", from the address and what is known about it. */
export function useDocumentTitle(): void {
  const page = useMatches({ select: (matches) => matches.at(-1)?.staticData.title });
  const { project = '', run = '' } = useParams({ strict: false }) as { project?: string; run?: string };
  const state = useQuery({ ...api.projects.state.queryOptions({ input: { project } }), enabled: project !== '' });
  const detail = useQuery({ ...api.runs.get.queryOptions({ input: { project, run } }), enabled: run !== '' });
  const title = [run ? (detail.data?.name ?? page) : page, project ? state.data?.project.name : undefined, 'Assay']
    .filter((part) => part)
    .join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
