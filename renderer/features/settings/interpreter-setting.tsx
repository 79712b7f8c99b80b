import { Select, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Interpreter } from '../../../shared/contract/python.ts';
import { api } from '../../lib/client.ts';
import { notifyError } from '../../ui/notify.ts';
import { SettingRow } from './setting-row.tsx';

const AUTOMATIC = 'automatic';

/** Which Python a run gets when nothing else is said. */
export function InterpreterSetting({ project }: { project: string }) {
  const queries = useQueryClient();
  const input = { project };
  const list = useQuery(api.python.list.queryOptions({ input }));
  const prefer = useMutation(
    api.python.prefer.mutationOptions({
      onSuccess: (interpreters) => {
        queries.setQueryData(api.python.list.queryKey({ input }), interpreters);
        void queries.invalidateQueries({ queryKey: api.projects.state.key({ input }) });
      },
      onError: (error) => notifyError('The interpreter was not changed', error),
    }),
  );
  const found = list.data ?? [];
  const preferred = found.find((one) => one.preferred);
  return (
    <SettingRow
      label="Python"
      control="set-python"
      help={
        list.data && found.length === 0 ? (
          'No Python was found. Install one (python.org, "uv python install" or your package manager) and come back.'
        ) : (
          <span className="mono">{preferred?.executable}</span>
        )
      }
    >
      <Select
        id="set-python"
        w={280}
        disabled={found.length === 0}
        allowDeselect={false}
        value={preferred?.executable ?? null}
        placeholder={list.isPending ? 'Looking…' : 'None'}
        data={[
          ...found.map((one) => ({ value: one.executable, label: nameOf(one) })),
          { value: AUTOMATIC, label: 'Choose automatically' },
        ]}
        renderOption={({ option }) => (
          <div>
            <Text>{option.label}</Text>
            {option.value === AUTOMATIC ? null : (
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {option.value}
              </Text>
            )}
          </div>
        )}
        comboboxProps={{ width: 360, position: 'bottom-end' }}
        onChange={(value) => prefer.mutate({ project, executable: value === AUTOMATIC ? null : value })}
      />
    </SettingRow>
  );
}

function nameOf({ label, version }: Interpreter): string {
  return version && !label.includes(version) ? `${label} · ${version}` : label;
}
