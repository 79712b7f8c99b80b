import { Button, Switch, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../lib/client.ts';
import { confirm } from '../../ui/confirm.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { notifyDone, notifyError } from '../../ui/notify.ts';
import { InterpreterSetting } from './interpreter-setting.tsx';
import { SettingRow } from './setting-row.tsx';
import classes from './settings-page.module.css';

/** What holds for one project: interpreter, trust, index, and taking it off the list. */
export function ProjectSettings({ project }: { project: string }) {
  const state = useQuery(api.projects.state.queryOptions({ input: { project } }));
  const navigate = useNavigate();
  const trust = useMutation(
    api.projects.trust.mutationOptions({ onError: (error) => notifyError('The answer was not kept', error) }),
  );
  const reindex = useMutation(
    api.projects.reindex.mutationOptions({
      onSuccess: () => notifyDone('The index is being rebuilt; the job tray shows how far it is.'),
      onError: (error) => notifyError('The index was not rebuilt', error),
    }),
  );
  const forget = useMutation(
    api.projects.forget.mutationOptions({
      onSuccess: () => navigate({ to: '/' }),
      onError: (error) => notifyError('The project was not taken off the list', error),
    }),
  );
  if (state.error) {
    return (
      <ErrorState title="The project could not be loaded" error={state.error} onRetry={() => void state.refetch()} />
    );
  }
  if (!state.data) return <LoadingRows rows={4} height={56} />;
  const { project: it } = state.data;
  const onForget = async (): Promise<void> => {
    const sure = await confirm({
      title: `Take ${it.name} off the list?`,
      body: 'Its folder and its runs stay as they are. Open the folder again to have it back.',
      confirm: 'Take it off',
    });
    if (sure) forget.mutate({ project });
  };
  return (
    <section className={classes.section} aria-labelledby="settings-project">
      <Title order={2} id="settings-project">
        {it.name}
      </Title>
      <SettingRow label="Folder" help={<span className="mono">{it.root}</span>}>
        <CopyButton value={it.root} label="Copy the path" />
      </SettingRow>
      <InterpreterSetting project={project} />
      <SettingRow
        label="Trusted"
        control="set-trust"
        help="Only code from trusted folders is run. Looking at runs needs no trust."
      >
        <Switch
          id="set-trust"
          checked={it.trusted}
          disabled={trust.isPending}
          onChange={(event) => trust.mutate({ project, trusted: event.currentTarget.checked })}
        />
      </SettingRow>
      <SettingRow
        label="Index"
        help="Tables and charts read from an index of the runs’ files. Rebuilding it loses nothing and helps when something looks wrong."
      >
        <Button variant="default" loading={reindex.isPending} onClick={() => reindex.mutate({ project })}>
          Rebuild the index
        </Button>
      </SettingRow>
      <SettingRow label="List of projects" help="Its folder and its runs stay as they are.">
        <Button variant="default" onClick={() => void onForget()}>
          Take off the list
        </Button>
      </SettingRow>
    </section>
  );
}
