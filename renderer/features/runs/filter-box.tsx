import { ActionIcon, Popover, TextInput } from '@mantine/core';
import { IconFilter, IconHelp, IconX } from '@tabler/icons-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { parseFilter } from '../../../shared/run-filter.ts';
import { FilterHelp } from './filter-help.tsx';
import classes from './runs-toolbar.module.css';

const APPLY_AFTER_MS = 180;

type Props = {
  filter: string;
  onFilter: (filter: string) => void;
  input: RefObject<HTMLInputElement | null>;
  /** Down or Enter: on to the rows. */
  onLeave: () => void;
};

/** Where the filter is typed. It is applied as it is typed; while it is not yet right the last right one stays, and a sentence says why. */
export function FilterBox({ filter, onFilter, input, onLeave }: Props) {
  const [text, setText] = useState(filter);
  const [help, setHelp] = useState(false);
  const sent = useRef(filter);
  useEffect(() => {
    if (filter === sent.current) return;
    sent.current = filter;
    setText(filter);
  }, [filter]);

  const parsed = parseFilter(text);
  const apply = (next: string): void => {
    if (next.trim() === sent.current || !parseFilter(next).ok) return;
    sent.current = next.trim();
    onFilter(next.trim());
  };
  const newest = useRef(apply);
  useEffect(() => {
    newest.current = apply;
  });
  useEffect(() => {
    const timer = setTimeout(() => newest.current(text), APPLY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);

  return (
    <div className={classes.filter}>
      <TextInput
        ref={input}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder="Filter runs: a word, status:running, metric.val/acc>0.9"
        aria-label="Filter runs"
        aria-describedby="runs-filter-problem"
        error={!parsed.ok}
        maxLength={2000}
        spellCheck={false}
        leftSection={<IconFilter size={14} />}
        rightSectionWidth={48}
        rightSection={
          <span className={classes.filterTools}>
            {text === '' ? null : (
              <ActionIcon
                size="xs"
                aria-label="Clear the filter"
                onClick={() => {
                  setText('');
                  apply('');
                  input.current?.focus();
                }}
              >
                <IconX size={13} />
              </ActionIcon>
            )}
            <Popover opened={help} onChange={setHelp} position="bottom-end" width={440}>
              <Popover.Target>
                <ActionIcon size="xs" aria-label="How to filter" onClick={() => setHelp(!help)}>
                  <IconHelp size={14} />
                </ActionIcon>
              </Popover.Target>
              <Popover.Dropdown>
                <FilterHelp
                  onTry={(example) => {
                    setText(text.trim() === '' ? example : `${text.trim()} ${example}`);
                    setHelp(false);
                    input.current?.focus();
                  }}
                />
              </Popover.Dropdown>
            </Popover>
          </span>
        }
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === 'ArrowDown') {
            apply(text);
            onLeave();
            event.preventDefault();
          } else if (event.key === 'Escape') {
            if (text === '') onLeave();
            setText('');
            apply('');
            event.stopPropagation();
          }
        }}
      />
      <div id="runs-filter-problem" className={classes.problem} role="status" hidden={parsed.ok}>
        {parsed.ok ? '' : parsed.message}
      </div>
    </div>
  );
}
