import { Button, Popover, Switch, TextInput } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { useState } from 'react';
import type { TableDiff } from '../../../shared/contract/diffs.ts';
import { messageOf } from '../../../shared/errors.ts';
import { parseTolerances } from '../../../shared/tolerance.ts';
import classes from './diff-page.module.css';
import { KeyPicker } from './key-picker.tsx';
import type { DiffPlace } from './use-diff-place.ts';

type Props = {
  place: DiffPlace;
  /** null while it runs, or when no table is compared */
  diff: TableDiff | null;
};

/** How cells are compared: the key, what still counts as equal, and whether as text. */
export function OptionsMenu({ place, diff }: Props) {
  const [open, setOpen] = useState(false);
  const { search } = place;
  const chosen = [search.key, search.tolerance, search.text].filter(Boolean).length;
  if (!diff && chosen === 0) return null;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={340} trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconAdjustments size={14} />} onClick={() => setOpen(!open)}>
          Options{chosen > 0 ? ` (${chosen})` : ''}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        {open ? (
          <Options
            place={place}
            columns={diff?.columns.filter(inBoth).map((column) => column.name) ?? search.key ?? []}
            onDone={() => setOpen(false)}
          />
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}

/** Only a column that both sides have can name a row. */
export function inBoth({ status }: { status: string }): boolean {
  return status !== 'added' && status !== 'removed';
}

type OptionsProps = { place: DiffPlace; columns: readonly string[]; onDone: () => void };

function Options({ place, columns, onDone }: OptionsProps) {
  const { search } = place;
  const [key, setKey] = useState<readonly string[]>(search.key ?? []);
  const [tolerance, setTolerance] = useState(search.tolerance ?? '');
  const [text, setText] = useState(search.text ?? false);
  const problem = toleranceProblem(tolerance);
  return (
    <form
      className={classes.options}
      tabIndex={-1}
      data-autofocus
      onSubmit={(event) => {
        event.preventDefault();
        if (problem) return;
        onDone();
        place.compare({
          key: key.length > 0 ? [...key] : undefined,
          tolerance: tolerance.trim() || undefined,
          text: text || undefined,
        });
      }}
    >
      <KeyPicker columns={columns} value={key} onChange={setKey} />
      <TextInput
        label="Tolerance"
        description="1e-9 for every number, or column=0.01, or column=rel:1e-6; with commas between"
        placeholder="exact"
        value={tolerance}
        error={problem}
        onChange={(event) => setTolerance(event.currentTarget.value)}
      />
      <Switch
        label="Compare exact text"
        description="1.0 and 1 differ, and so do 007 and 7"
        checked={text}
        onChange={(event) => setText(event.currentTarget.checked)}
      />
      <Button type="submit" disabled={problem !== null}>
        Compare
      </Button>
    </form>
  );
}

function toleranceProblem(text: string): string | null {
  try {
    parseTolerances(text);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
