import { TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { plural } from '../../../lib/format.ts';
import type { DiffPlace } from '../use-diff-place.ts';
import classes from './folder.module.css';

const TYPING_MS = 200;

/** How many files there are, the folder they are in, and a search among their paths. */
export function EntryBar({
  place,
  total,
  children,
}: {
  place: DiffPlace;
  total: number | undefined;
  children?: ReactNode;
}) {
  const asked = place.search.q ?? '';
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  const search = useDebouncedCallback((q: string) => place.show({ q: q || undefined }), TYPING_MS);
  return (
    <div className={classes.bar}>
      <span className={classes.count}>{total === undefined ? '' : plural(total, 'file')}</span>
      <TextInput
        className={classes.search}
        placeholder="Search paths"
        aria-label="Search paths"
        leftSection={<IconSearch size={14} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
      />
      {place.search.at ? (
        <UnstyledButton
          className={classes.at}
          aria-label={`Show files of every folder, not only of ${place.search.at}`}
          onClick={() => place.show({ at: undefined })}
        >
          in <b>{place.search.at}</b> <IconX size={12} aria-hidden />
        </UnstyledButton>
      ) : null}
      <span className={classes.space} />
      {children}
    </div>
  );
}
