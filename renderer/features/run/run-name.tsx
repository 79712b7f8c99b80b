import { TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import classes from './run-page.module.css';

/** The run's name; a click or Enter edits it in place, Escape leaves it as it was. */
export function RunName({ name, onRename }: { name: string; onRename: (name: string) => void }) {
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null)
    return (
      <h1 style={{ margin: 0, minWidth: 0, display: 'flex' }}>
        <UnstyledButton className={classes.name} title={`${name} (click to rename)`} onClick={() => setDraft(name)}>
          {name}
        </UnstyledButton>
      </h1>
    );
  const save = (): void => {
    const next = draft.trim();
    if (next && next !== name) onRename(next);
    setDraft(null);
  };
  return (
    <TextInput
      aria-label="Name of the run"
      w={360}
      maxLength={300}
      value={draft}
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
        if (event.key === 'Escape') setDraft(null);
      }}
    />
  );
}
