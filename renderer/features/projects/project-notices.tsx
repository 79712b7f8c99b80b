import { Button, CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { api } from '../../lib/client.ts';
import { useRemembered } from '../../lib/remembered.ts';
import { notifyError } from '../../ui/notify.ts';
import { useTrustDialog } from './folder-store.ts';
import { type Notice, noticesOf } from './notices.ts';
import classes from './project-notices.module.css';

/** Lines above the page about the project itself: not set up, not trusted, cannot be written, no Python. */
export function ProjectNotices() {
  const { project } = useParams({ strict: false }) as { project?: string };
  return project ? <Notices key={project} project={project} /> : null;
}

function Notices({ project }: { project: string }) {
  const state = useQuery(api.projects.state.queryOptions({ input: { project } })).data;
  const [closed, setClosed] = useRemembered<string[]>(`notices.${project}`, []);
  // the start page asks for trust itself, where it is needed
  const asked = useRouterState({ select: ({ matches }) => matches.at(-1)?.routeId === '/p/$project/start' });
  if (!state) return null;
  return (
    <>
      {noticesOf(state)
        .filter((notice) => (notice.closable ? !closed.includes(notice.id) : !(asked && notice.id === 'trust')))
        .map((notice) => (
          <div key={notice.id} className={classes.notice} data-tone={notice.tone} role="status">
            {notice.tone === 'info' ? (
              <IconInfoCircle size={16} aria-hidden />
            ) : (
              <IconAlertTriangle size={16} aria-hidden />
            )}
            <span className={classes.text}>{notice.text}</span>
            {notice.action ? <NoticeButton project={project} action={notice.action} /> : null}
            {notice.closable ? (
              <CloseButton
                size="sm"
                aria-label="Put this note away"
                onClick={() => setClosed([...closed, notice.id])}
              />
            ) : null}
          </div>
        ))}
    </>
  );
}

function NoticeButton({ project, action }: { project: string; action: NonNullable<Notice['action']> }) {
  const navigate = useNavigate();
  const init = useMutation(
    api.projects.init.mutationOptions({ onError: (error) => notifyError('The folder was not set up', error) }),
  );
  const forget = useMutation(
    api.projects.forget.mutationOptions({
      onSuccess: () => navigate({ to: '/' }),
      onError: (error) => notifyError('The project was not taken off the list', error),
    }),
  );
  if (action === 'trust') {
    return (
      <Button size="compact-xs" variant="default" onClick={() => useTrustDialog.getState().ask(project)}>
        Trust it…
      </Button>
    );
  }
  const [label, mutation] =
    action === 'init' ? (['Set it up', init] as const) : (['Take it off the list', forget] as const);
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={mutation.isPending}
      onClick={() => mutation.mutate({ project })}
    >
      {label}
    </Button>
  );
}
