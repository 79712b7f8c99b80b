import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import classes from './overview.module.css';
import { Nothing, Section } from './section.tsx';
import { fullText, valueText } from './value-text.ts';

const SEARCH_FROM = 12;
const collator = new Intl.Collator('en', { numeric: true });

type Props = {
  title: string;
  values: Readonly<Record<string, unknown>>;
  /** What to say when there is none. */
  empty?: string;
  /** Keeps the given order, for a few facts that belong together. */
  ordered?: boolean;
};

/** Names and values: sorted, searched when there are many, exact on hover, copied as JSON. */
export function FactTable({ title, values, empty, ordered = false }: Props) {
  const [filter, setFilter] = useState('');
  const entries = Object.entries(values);
  const all = ordered ? entries : entries.sort(([a], [b]) => collator.compare(a, b));
  if (all.length === 0 && !empty) return null;
  const wanted = filter.toLowerCase();
  const shown = all.filter(([key, value]) => `${key} ${valueText(value)}`.toLowerCase().includes(wanted));
  const tools =
    all.length === 0 ? null : (
      <>
        {all.length >= SEARCH_FROM ? (
          <TextInput
            size="xs"
            w={160}
            placeholder="Filter"
            aria-label={`Filter ${title.toLowerCase()}`}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
        ) : null}
        <CopyButton value={JSON.stringify(values, null, 2)} label={`Copy ${title.toLowerCase()} as JSON`} />
      </>
    );
  return (
    <Section title={title} amount={ordered ? undefined : all.length || undefined} tools={tools}>
      {all.length === 0 ? (
        <Nothing>{empty}</Nothing>
      ) : (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <tbody>
              {shown.map(([key, value]) => (
                <tr key={key}>
                  <td className={classes.key}>{key}</td>
                  <td title={fullText(value)}>{valueText(value)}</td>
                </tr>
              ))}
              {shown.length === 0 ? (
                <tr>
                  <td className={classes.key}>Nothing fits “{filter}”.</td>
                </tr>
              ) : null}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
