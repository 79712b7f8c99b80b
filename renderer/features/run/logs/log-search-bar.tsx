import { ActionIcon, CloseButton, Group, Loader, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { errorText } from '../../../lib/errors.ts';
import { formatCount } from '../../../lib/format.ts';
import { Tip } from '../../../ui/tip.tsx';
import type { LogSearch } from './use-log-search.ts';

/** The search field of a log: Enter searches and goes on, Shift Enter goes back, Escape ends. */
export function LogSearchBar({ search }: { search: LogSearch }) {
  const [text, setText] = useState('');
  const go = (by: 1 | -1): void => {
    if (text === search.text) search.step(by);
    else search.search(text);
  };
  const clear = (): void => {
    setText('');
    search.search('');
  };
  return (
    <Group gap={4} wrap="nowrap">
      <TextInput
        w={240}
        placeholder="Search the whole log"
        aria-label="Search the whole log"
        value={text}
        maxLength={500}
        leftSection={search.searching ? <Loader size={12} /> : <IconSearch size={14} />}
        rightSection={text ? <CloseButton size="xs" aria-label="Clear the search" onClick={clear} /> : null}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') clear();
        }}
      />
      {search.count > 0 ? (
        <>
          <Tip label="Previous match (Shift Enter)">
            <ActionIcon aria-label="Previous match" onClick={() => search.step(-1)}>
              <IconChevronUp size={16} />
            </ActionIcon>
          </Tip>
          <Tip label="Next match (Enter)">
            <ActionIcon aria-label="Next match" onClick={() => search.step(1)}>
              <IconChevronDown size={16} />
            </ActionIcon>
          </Tip>
        </>
      ) : null}
      <Text size="xs" c={search.error ? 'var(--assay-bad)' : 'dimmed'} aria-live="polite" miw={72}>
        {resultText(search)}
      </Text>
    </Group>
  );
}

function resultText(search: LogSearch): string {
  if (search.error) return errorText(search.error);
  if (search.text === '') return '';
  if (search.count === 0) return search.searching ? '' : 'No match';
  return `${formatCount(search.at + 1)} of ${formatCount(search.count)}${search.more ? '+' : ''}`;
}
