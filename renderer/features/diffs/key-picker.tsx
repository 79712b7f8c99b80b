import { MultiSelect } from '@mantine/core';

type Props = { columns: readonly string[]; value: readonly string[]; onChange: (key: readonly string[]) => void };

const MOST_LISTED = 200;

/** The columns that name a row; none means that a key is looked for. */
export function KeyPicker({ columns, value, onChange }: Props) {
  return (
    <MultiSelect
      size="xs"
      label="Key"
      description="Columns that name a row. Empty: a key is looked for"
      placeholder={value.length === 0 ? 'found by itself' : undefined}
      searchable
      clearable
      limit={MOST_LISTED}
      data={[...columns]}
      value={[...value]}
      comboboxProps={{ withinPortal: false }}
      onChange={onChange}
    />
  );
}
