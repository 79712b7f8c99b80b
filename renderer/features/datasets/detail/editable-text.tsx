import { Textarea, TextInput } from '@mantine/core';
import { type KeyboardEvent, useId, useState } from 'react';
import classes from './detail.module.css';

type Props = {
  label: string;
  hint: string;
  value: string;
  /** several lines */
  long?: boolean;
  fixed?: boolean;
  /** Resolves to whether it was saved; what was typed stays when it was not. */
  onSave: (value: string) => Promise<boolean>;
};

/** A text that a click turns into a field. Enter saves (Ctrl Enter where there are lines), Escape does not, leaving the field saves. */
export function EditableText({ label, hint, value, long = false, fixed = false, onSave }: Props) {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    if (draft === null) return;
    if (draft === value || (await onSave(draft))) setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const modified = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') setDraft(null);
    else if (event.key === 'Enter' && (!long || modified)) void save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shared = { id, autoFocus: true, placeholder: hint, onKeyDown, onBlur: () => void save() };
  return (
    <div className={classes.field}>
      {draft === null ? <span className={classes.label}>{label}</span> : <label htmlFor={id}>{label}</label>}
      {draft === null ? (
        <button
          type="button"
          className={classes.value}
          data-empty={value === '' || undefined}
          disabled={fixed}
          aria-label={`${label}: ${value === '' ? 'empty' : value}`}
          style={{ background: 'none', cursor: fixed ? 'default' : 'text' }}
          onClick={() => setDraft(value)}
        >
          {value === '' ? (fixed ? '–' : hint) : value}
        </button>
      ) : long ? (
        <Textarea
          {...shared}
          className={classes.edit}
          autosize
          minRows={2}
          maxRows={16}
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          {...shared}
          className={classes.edit}
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
