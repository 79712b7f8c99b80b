import { ActionIcon, Checkbox, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconSearch } from '@tabler/icons-react';
import { type RefObject, useEffect, useState } from 'react';
import type { TableDiff } from '../../../../shared/contract/diffs.ts';
import { plural } from '../../../lib/format.ts';
import { Kbd } from '../../../ui/kbd.tsx';
import { Tip } from '../../../ui/tip.tsx';
import type { ViewProps } from '../view-props.ts';
import { ColumnChooser } from './column-chooser.tsx';
import classes from './grid.module.css';
import { canComeFirst, shownColumns } from './grid-columns.ts';

const CONTEXT = [0, 1, 3, 10];
const TYPING_MS = 200;

type Props = ViewProps<TableDiff> & {
  total: number | undefined;
  search: RefObject<HTMLInputElement | null>;
  onNext: (back: boolean) => void;
  seeking: boolean;
};

/** How the rows are shown, and the way from change to change. */
export function GridToolbar({ place, diff, total, search, onNext, seeking }: Props) {
  const asked = place.search.q ?? '';
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  const show = useDebouncedCallback((q: string) => place.show({ q: q || undefined }), TYPING_MS);
  return (
    <div className={classes.toolbar}>
      <span className={classes.total}>{total === undefined ? '' : plural(total, 'row')}</span>
      <TextInput
        ref={search}
        className={classes.search}
        placeholder="Search cells"
        aria-label="Search cells"
        leftSection={<IconSearch size={14} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          show(event.currentTarget.value);
        }}
      />
      <Tip
        label={
          <>
            Previous change <Kbd keys="k" />
          </>
        }
      >
        <ActionIcon aria-label="Previous change" data-busy={seeking || undefined} onClick={() => onNext(true)}>
          <IconArrowUp size={16} />
        </ActionIcon>
      </Tip>
      <Tip
        label={
          <>
            Next change <Kbd keys="j" />
          </>
        }
      >
        <ActionIcon aria-label="Next change" data-busy={seeking || undefined} onClick={() => onNext(false)}>
          <IconArrowDown size={16} />
        </ActionIcon>
      </Tip>
      <span className={classes.space} />
      {canComeFirst(shownColumns(diff, place.search.cols)) ? (
        <Checkbox
          size="xs"
          className={classes.order}
          label="Changed columns first"
          checked={place.search.order !== 'table'}
          onChange={(event) => place.show({ order: event.currentTarget.checked ? undefined : 'table' })}
        />
      ) : null}
      <Select
        className={classes.context}
        aria-label="Unchanged rows around each change"
        title="Unchanged rows around each change"
        allowDeselect={false}
        data={CONTEXT.map((rows) => ({
          value: String(rows),
          label: rows === 0 ? 'No rows around' : `${plural(rows, 'row')} around`,
        }))}
        value={String(place.search.around ?? 0)}
        onChange={(rows) => place.show({ around: Number(rows) || undefined })}
      />
      <SegmentedControl
        aria-label="How changes are drawn"
        value={place.search.view ?? 'merged'}
        onChange={(view) => place.show({ view: view === 'split' ? 'split' : undefined })}
        data={[
          { value: 'merged', label: 'Merged' },
          { value: 'split', label: 'Side by side' },
        ]}
      />
      <ColumnChooser place={place} diff={diff} />
    </div>
  );
}
