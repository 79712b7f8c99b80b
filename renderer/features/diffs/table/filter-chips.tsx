import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { DiffPlace } from '../use-diff-place.ts';
import { CellText } from './cell-text.tsx';
import classes from './grid.module.css';

/** The filters in use besides the kinds of rows; each can be taken away. */
export function FilterChips({ place }: { place: DiffPlace }) {
  const { search, show } = place;
  const chips: { key: string; name: string; text: ReactNode; remove: () => void }[] = [];
  for (const column of search.in ?? [])
    chips.push({
      key: `in ${column}`,
      name: `changed in ${column}`,
      text: (
        <>
          changed in <b>{column}</b>
        </>
      ),
      remove: () => {
        const rest = search.in?.filter((one) => one !== column) ?? [];
        show({ in: rest.length > 0 ? rest : undefined });
      },
    });
  if (search.set)
    chips.push({
      key: 'set',
      name: `exactly ${search.set.join(' + ')} changed`,
      text: (
        <>
          exactly{' '}
          <b>{search.set.length > 4 ? `${search.set.slice(0, 3).join(' + ')} and more` : search.set.join(' + ')}</b>{' '}
          changed
        </>
      ),
      remove: () => show({ set: undefined }),
    });
  if (search.was)
    chips.push({
      key: 'was',
      name: `${search.was.column} from ${search.was.from ?? 'NULL'} to ${search.was.to ?? 'NULL'}`,
      text: (
        <>
          <b>{search.was.column}</b> <CellText value={search.was.from} /> → <CellText value={search.was.to} />
        </>
      ),
      remove: () => show({ was: undefined }),
    });
  if (search.q)
    chips.push({
      key: 'q',
      name: `cells with ${search.q}`,
      text: (
        <>
          with <b>{search.q}</b>
        </>
      ),
      remove: () => show({ q: undefined }),
    });
  if (chips.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label="Filters">
      {chips.map(({ key, name, text, remove }) => (
        <li key={key} className={classes.chip}>
          <span className={classes.chipText}>{text}</span>
          <button
            type="button"
            className={classes.chipRemove}
            aria-label={`Remove the filter: ${name}`}
            onClick={remove}
          >
            <IconX size={12} aria-hidden />
          </button>
        </li>
      ))}
      {chips.length > 1 ? (
        <li>
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => show({ in: undefined, set: undefined, was: undefined, q: undefined })}
          >
            Clear all
          </Button>
        </li>
      ) : null}
    </ul>
  );
}
