import { useNavigate, useSearch } from '@tanstack/react-router';
import { useProjectId } from '../../lib/use-project.ts';

/** Around what the lineage is shown, as the address says it; nothing means the whole registry. */
export type LineageFocus = {
  name?: string;
  version?: string;
  run?: string;
  data?: { path: string; hash: string };
};

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The address of the lineage page, read and written. */
export function useLineagePlace() {
  const project = useProjectId();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const [name, version, run] = [text(search.name), text(search.version), text(search.run)];
  const [path, hash] = [text(search.path), text(search.hash)];
  const focus: LineageFocus = {
    ...(name ? { name } : {}),
    ...(name && version ? { version } : {}),
    ...(run ? { run } : {}),
    ...(path && hash ? { data: { path, hash } } : {}),
  };
  return {
    project,
    focus,
    go: ({ data, ...rest }: LineageFocus): void => {
      void navigate({ to: '/p/$project/lineage', params: { project }, search: { ...rest, ...data } });
    },
  };
}

/** `churn 1.2.0`, `run 1a2b…`, `data/train.csv`; null for the whole registry. */
export function focusWords({ name, version, run, data }: LineageFocus): string | null {
  if (name) return version ? `${name} ${version}` : `all versions of ${name}`;
  if (run) return `run ${run.slice(-8)}`;
  return data ? `${data.path} (${data.hash.replace(/^\w+:/, '').slice(0, 8)})` : null;
}
