import { Button, Group, Pill, Popover, Stack, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';

type Props = { tags: Readonly<Record<string, string>>; onChange: (change: Record<string, string | null>) => void };

/** The tags, each with its way out, and a small form for another one: `key` or `key=value`. */
export function RunTags({ tags, onChange }: Props) {
  return (
    <Group gap={4}>
      {Object.entries(tags)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([key, value]) => (
          <Pill
            key={key}
            size="sm"
            bg="var(--assay-hover)"
            withRemoveButton
            removeButtonProps={{ 'aria-label': `Remove the tag ${key}`, 'aria-hidden': false, tabIndex: 0 }}
            onRemove={() => onChange({ [key]: null })}
            title={value ? `${key}=${value}` : key}
          >
            {value ? `${key}=${value}` : key}
          </Pill>
        ))}
      <AddTag onAdd={(key, value) => onChange({ [key]: value })} />
    </Group>
  );
}

function AddTag({ onAdd }: { onAdd: (key: string, value: string) => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const [key = '', ...rest] = text.split('=');
    if (!key.trim()) return;
    onAdd(key.trim(), rest.join('=').trim());
    setText('');
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={12} />}
          onClick={() => setOpen(!open)}
        >
          Tag
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <form onSubmit={submit}>
          <Stack gap="xs">
            <TextInput
              data-autofocus
              w={220}
              aria-label="Tag"
              placeholder="key or key=value"
              maxLength={8000}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Button type="submit" disabled={!text.split('=')[0]?.trim()}>
              Add tag
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
