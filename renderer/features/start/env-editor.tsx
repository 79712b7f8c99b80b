import { ActionIcon, Button, Input, PasswordInput, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ClipboardEvent, type ReactNode, useRef } from 'react';
import { isSecretName, MASK } from '../../../shared/secret-names.ts';
import type { Variable } from './draft.ts';
import { parseAssignments } from './parse-assignments.ts';
import classes from './start-page.module.css';

type Props = {
  label: ReactNode;
  value: readonly Variable[];
  problems: ReadonlyMap<number, string>;
  onChange: (value: Variable[]) => void;
};

/** Names and values; values of names that look secret are not shown. Pasting lines of `NAME=value` into a name adds them all. */
export function EnvEditor({ label, value, problems, onChange }: Props) {
  const newest = useRef<number | null>(null);
  const add = (more: readonly { name: string; value: string }[]): void => {
    const next = Math.max(-1, ...value.map((one) => one.id)) + 1;
    newest.current = next;
    onChange([...value, ...more.map((one, at) => ({ ...one, id: next + at }))]);
  };
  const set = (id: number, change: Partial<Variable>): void =>
    onChange(value.map((one) => (one.id === id ? { ...one, ...change } : one)));
  const onPaste = (event: ClipboardEvent, id: number): void => {
    const pasted = parseAssignments(event.clipboardData.getData('text'));
    if (pasted.length === 0) return;
    event.preventDefault();
    const next = Math.max(-1, ...value.map((one) => one.id)) + 1;
    const rest = value.filter((one) => one.id !== id || one.value !== '');
    onChange([...rest, ...pasted.map((one, at) => ({ ...one, id: next + at }))]);
  };
  return (
    <Input.Wrapper size="xs" label={label} labelElement="div">
      <div className={classes.variables}>
        {value.map((one) => (
          <div key={one.id}>
            <div className={classes.variable}>
              <TextInput
                w={180}
                placeholder="NAME"
                aria-label="Name of the variable"
                spellCheck={false}
                classNames={{ input: classes.mono }}
                value={one.name}
                error={problems.has(one.id)}
                autoFocus={one.id === newest.current}
                onPaste={(event) => onPaste(event, one.id)}
                onChange={(event) => set(one.id, { name: event.currentTarget.value })}
              />
              <Value variable={one} onChange={(next) => set(one.id, { value: next })} />
              <ActionIcon
                aria-label={`Remove ${one.name || 'this variable'}`}
                onClick={() => onChange(value.filter((other) => other.id !== one.id))}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </div>
            {problems.has(one.id) ? <div className={classes.problem}>{problems.get(one.id)}</div> : null}
          </div>
        ))}
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={12} />}
          onClick={() => add([{ name: '', value: '' }])}
        >
          Add a variable
        </Button>
      </div>
    </Input.Wrapper>
  );
}

function Value({ variable, onChange }: { variable: Variable; onChange: (value: string) => void }) {
  const lost = variable.value.includes(MASK);
  const props = {
    flex: 1,
    placeholder: lost ? 'type the secret anew' : 'value',
    'aria-label': `Value of ${variable.name || 'the variable'}`,
    value: lost ? '' : variable.value,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  return isSecretName(variable.name) ? (
    <PasswordInput {...props} autoComplete="off" />
  ) : (
    <TextInput {...props} spellCheck={false} classNames={{ input: classes.mono }} />
  );
}
