import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Interpreter } from '../../../shared/contract/python.ts';
import { api } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';

const AUTO = ':auto';
const OTHER = ':other';

type Props = {
  project: string;
  label: ReactNode;
  value: string | null;
  error: string | undefined;
  onChange: (value: string | null) => void;
};

/** Which Python stands for `python` in the command: the project's own choice, one that was found, or a path. */
export function InterpreterField({ project, label, value, error, onChange }: Props) {
  const query = useQuery(api.python.list.queryOptions({ input: { project } }));
  const found = query.data ?? [];
  const [other, setOther] = useState(value !== null && value === '');
  const known = found.some((one) => one.executable === value);
  const custom = other || (value !== null && query.data !== undefined && !known);
  const preferred = found.find((one) => one.preferred) ?? found[0];

  if (query.data && found.length === 0 && !custom)
    return (
      <TextInput
        label={label}
        description="No Python was found: other programs can be started. Install Python, or type its path."
        placeholder="/path/to/python"
        value={value ?? ''}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value || null)}
      />
    );
  return (
    <div>
      <Select
        label={label}
        description="Stands for “python” in the command"
        allowDeselect={false}
        error={query.error ? errorText(query.error) : custom ? undefined : error}
        value={custom ? OTHER : (value ?? AUTO)}
        data={[
          { value: AUTO, label: `Automatic${preferred ? ` · ${nameOf(preferred)}` : ''}` },
          ...found.map((one) => ({ value: one.executable, label: nameOf(one) })),
          { value: OTHER, label: 'Another path…' },
        ]}
        onChange={(next) => {
          setOther(next === OTHER);
          onChange(next === AUTO ? null : next === OTHER ? '' : next);
        }}
      />
      {custom ? (
        <TextInput
          mt={4}
          aria-label="Path of the Python"
          placeholder="/path/to/python"
          value={value ?? ''}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : null}
    </div>
  );
}

function nameOf({ label, version, kind }: Interpreter): string {
  const parts = [label, version && !label.includes(version) ? version : null, label.includes(kind) ? null : kind];
  return parts.filter(Boolean).join(' · ');
}
