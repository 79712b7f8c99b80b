import { Button, CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { RefObject } from 'react';
import type { Dataset } from '../../../../shared/contract/datasets.ts';
import { formatCount } from '../../../lib/format.ts';
import { useDatasetsStore } from '../datasets-store.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import classes from './list.module.css';

type Props = {
  shown: readonly Dataset[];
  all: readonly Dataset[];
  commands: DatasetCommands;
  input: RefObject<HTMLInputElement | null>;
  onLeave: () => void;
};

/** The filter, and what can be done with the selected datasets at once. */
export function ListBar({ shown, all, commands, input, onLeave }: Props) {
  const { filter, setFilter, checked, clearChecked, open } = useDatasetsStore();
  const chosen = all.filter((one) => checked.has(one.path));
  const paths = chosen.map((one) => one.path);
  const changed = chosen.filter((one) => one.state === 'modified' || one.state === 'new');
  const uncommitted = chosen.filter((one) => one.uncommitted);
  return (
    <div className={classes.bar}>
      <TextInput
        ref={input}
        className={classes.filter}
        placeholder="Filter by path, state, tag or label"
        aria-label="Filter datasets"
        leftSection={<IconSearch size={14} />}
        rightSection={
          filter ? <CloseButton size="xs" aria-label="Clear the filter" onClick={() => setFilter('')} /> : null
        }
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && filter !== '') setFilter('');
          else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') onLeave();
          else return;
          event.preventDefault();
        }}
      />
      {chosen.length === 0 ? (
        <span className={classes.muted}>
          {shown.length === all.length ? '' : `${formatCount(shown.length)} of ${formatCount(all.length)}`}
        </span>
      ) : (
        <>
          <span className={classes.muted}>{formatCount(chosen.length)} selected</span>
          {changed.length > 0 ? (
            <Button variant="default" onClick={() => void commands.add(changed.map((one) => one.path))}>
              Record changes
            </Button>
          ) : null}
          {uncommitted.length > 0 ? (
            <Button
              variant="default"
              onClick={() => open({ kind: 'commit', paths: uncommitted.map((one) => one.path) })}
            >
              Commit …
            </Button>
          ) : null}
          <Button variant="default" onClick={() => void commands.restore(chosen)}>
            Check out
          </Button>
          <Button variant="default" onClick={() => void commands.push(paths)}>
            Push
          </Button>
          <Button variant="default" onClick={() => void commands.pull(paths)}>
            Pull
          </Button>
          <Button variant="default" onClick={() => void commands.verify(paths)}>
            Verify
          </Button>
          <Button variant="subtle" color="gray" onClick={clearChecked}>
            Clear
          </Button>
        </>
      )}
    </div>
  );
}
