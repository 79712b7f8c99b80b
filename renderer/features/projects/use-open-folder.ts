import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../lib/client.ts';
import { pickFolder } from '../../lib/platform.ts';
import { notifyError } from '../../ui/notify.ts';
import { useFolderDialog } from './folder-store.ts';

/** Opens a folder by its path and goes to its runs. */
export function useOpenPath() {
  const navigate = useNavigate();
  return useMutation(
    api.projects.open.mutationOptions({
      onSuccess: (project) => navigate({ to: '/p/$project/runs', params: { project: project.id } }),
    }),
  );
}

/** Lets the person choose a folder, with the system's dialog where there is one, and opens it. */
export function useOpenFolder(): () => Promise<void> {
  const open = useOpenPath();
  return async () => {
    const picked = pickFolder();
    if (!picked) {
      useFolderDialog.getState().show();
      return;
    }
    const path = await picked;
    if (path === null) return;
    open.mutate({ path }, { onError: (error) => notifyError('The folder was not opened', error) });
  };
}
