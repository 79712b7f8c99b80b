import { CloseButton, SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type RefObject, useEffect, useState } from 'react';
import { formatCount } from '../../lib/format.ts';
import classes from './models.module.css';

type Props = {
  view: 'models' | 'versions';
  filter: string;
  shown: number;
  total: number;
  input: RefObject<HTMLInputElement | null>;
  onView: (view: 'models' | 'versions') => void;
  onFilter: (filter: string) => void;
  onLeave: () => void;
};

/** The filter, and whether a line is a model or a version. What is typed shows at once; the address follows. */
export function ModelsBar({ view, filter, shown, total, input, onView, onFilter, onLeave }: Props) {
  const [typed, setTyped] = useState(filter);
  useEffect(() => setTyped(filter), [filter]);
  const change = (text: string): void => {
    setTyped(text);
    onFilter(text);
  };
  return (
    <div className={classes.bar}>
      <TextInput
        ref={input}
        className={classes.filter}
        placeholder="Name, alias, stage, state, person, target"
        aria-label="Filter models"
        leftSection={<IconSearch size={14} />}
        rightSection={typed ? <CloseButton size="xs" aria-label="Clear the filter" onClick={() => change('')} /> : null}
        value={typed}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && typed !== '') change('');
          else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') onLeave();
          else return;
          event.preventDefault();
        }}
      />
      <SegmentedControl
        aria-label="A line is"
        value={view}
        onChange={(value) => onView(value as 'models' | 'versions')}
        data={[
          { value: 'models', label: 'Models' },
          { value: 'versions', label: 'All versions' },
        ]}
      />
      <span className={classes.muted} role="status">
        {shown === total ? '' : `${formatCount(shown)} of ${formatCount(total)}`}
      </span>
    </div>
  );
}
