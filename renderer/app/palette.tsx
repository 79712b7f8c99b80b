import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Kbd } from '../ui/kbd.tsx';
import classes from './palette.module.css';
import { type Command, ranked } from './palette-rank.ts';
import { useCommands, useFoundRuns } from './use-commands.tsx';

/** Runs come from the host a moment later, so they stand below what is there at once: the selected line does not jump. */
const GROUPS = ['Go to', 'Do', 'Runs', 'Projects'] as const;

/** Search and commands, on ⌘K or Ctrl K. */
export function Palette() {
  const [query, setQuery] = useState('');
  const [opened, setOpened] = useState(false);
  const commands = useCommands();
  const runs = useFoundRuns(query, opened);
  const found = [...ranked(commands, query), ...runs];
  useEffect(() => {
    // Spotlight marks the first line when the query changes, in the document itself; lines that come later must not leave Enter
    // without a meaning.
    if (runs.length === 0 || document.querySelector('[data-action][data-selected]')) return;
    document.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  }, [runs.length]);
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      onSpotlightOpen={() => setOpened(true)}
      onSpotlightClose={() => setOpened(false)}
      shortcut="mod + K"
      tagsToIgnore={[]}
      maxHeight={420}
      scrollable
      size={560}
      radius="lg"
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      transitionProps={{ duration: 0 }}
      classNames={{
        action: classes.action ?? '',
        actionsGroup: classes.group ?? '',
        actionSection: classes.section ?? '',
      }}
    >
      <Spotlight.Search
        placeholder="Runs, pages, projects, commands"
        leftSection={<IconSearch size={16} stroke={1.6} />}
      />
      <Spotlight.ActionsList>
        {GROUPS.map((group) => {
          const members = found.filter((command) => command.group === group);
          return members.length === 0 ? null : (
            <Spotlight.ActionsGroup key={group} label={group}>
              {members.map((command) => (
                <Spotlight.Action key={command.id} {...shown(command)} />
              ))}
            </Spotlight.ActionsGroup>
          );
        })}
        {found.length === 0 ? <Spotlight.Empty>Nothing has this name.</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function shown(command: Command): Omit<SpotlightActionData, 'id' | 'group'> {
  return {
    label: command.label,
    ...(command.detail ? { description: command.detail } : {}),
    ...(command.icon ? { leftSection: command.icon } : {}),
    ...(command.keys ? { rightSection: <Kbd keys={command.keys} /> } : {}),
    onClick: command.run,
  };
}
