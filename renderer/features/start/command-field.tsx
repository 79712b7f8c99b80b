import { Textarea, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatCommand } from '../../lib/format.ts';
import { splitCommand } from './split-command.ts';
import classes from './start-page.module.css';

type Props = {
  label: ReactNode;
  value: string;
  problem: string | undefined;
  showProblem: boolean;
  /** The project's own command, offered when something else is typed. */
  proposal: readonly string[] | null;
  onChange: (value: string) => void;
};

/** The command as one line, and below it the words the program will get. */
export function CommandField({ label, value, problem, showProblem, proposal, onChange }: Props) {
  const { argv, hints } = splitCommand(value);
  const proposed = proposal ? formatCommand(proposal) : null;
  return (
    <div>
      <Textarea
        label={label}
        placeholder="python train.py --lr 0.1"
        autosize
        autoFocus
        minRows={2}
        maxRows={8}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        classNames={{ input: classes.command }}
        value={value}
        error={showProblem ? problem : undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div className={classes.preview} aria-live="polite">
        {argv.map((word, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: words are known by their place
          <code key={at} className={classes.word} data-program={at === 0 || undefined} title={`argument ${at}`}>
            {word === '' ? '(empty)' : word}
          </code>
        ))}
      </div>
      {hints.map((hint) => (
        <div key={hint} className={classes.hint}>
          {hint}
        </div>
      ))}
      {proposed && proposed !== value.trim() ? (
        <div className={classes.hint}>
          The project proposes{' '}
          <UnstyledButton className={classes.proposal} onClick={() => onChange(proposed)}>
            {proposed}
          </UnstyledButton>
        </div>
      ) : null}
    </div>
  );
}
