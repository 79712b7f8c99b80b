import { Button, Popover, TextInput } from '@mantine/core';
import { IconChevronDown, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { VersionRow } from '../../../shared/contract/models.ts';
import { api } from '../../lib/client.ts';
import { formatAgo } from '../../lib/format.ts';
import { PointerChips } from '../../ui/models/marks.tsx';
import classes from './version-page.module.css';

const MOST = 200;

type Props = { project: string; name: string; version: string };

/** The version's number; opens all others of the model. */
export function VersionPicker({ project, name, version }: Props) {
  return (
    <VersionsPopover
      project={project}
      name={name}
      label={`Version ${version}. Choose another`}
      target={version}
      current={version}
      line={(row, onGo) => (
        <Link
          to="/p/$project/models/$name/$version"
          params={{ project, name, version: row.version }}
          search={(before: Record<string, unknown>) => ({ tab: before.tab })}
          className={classes.pick}
          aria-current={row.version === version || undefined}
          onClick={onGo}
        >
          <PickLine row={row} />
        </Link>
      )}
    />
  );
}

/** Chooses another version to compare with; the newer of both is the one that changed. */
export function CompareWith({ project, name, version }: Props) {
  return (
    <VersionsPopover
      project={project}
      name={name}
      label="Compare with another version"
      target="Compare with…"
      without={version}
      line={(row, onGo) => (
        <Link
          to="/p/$project/models/$name/compare"
          params={{ project, name }}
          search={{ from: row.version, to: version }}
          className={classes.pick}
          onClick={onGo}
        >
          <PickLine row={row} />
        </Link>
      )}
    />
  );
}

function PickLine({ row }: { row: VersionRow }) {
  return (
    <>
      {row.version}
      <PointerChips {...row} />
      <span className={classes.space} />
      <span className={classes.muted}>{formatAgo(row.createdAt)}</span>
    </>
  );
}

type PopoverProps = {
  project: string;
  name: string;
  label: string;
  target: string;
  current?: string;
  without?: string;
  line: (row: VersionRow, onGo: () => void) => ReactNode;
};

function VersionsPopover({ project, name, label, target, current, without, line }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState('');
  const query = useQuery({
    ...api.models.versions.queryOptions({ input: { project, name, limit: 5000 } }),
    enabled: open,
  });
  const wanted = filter.toLowerCase();
  const rows = (query.data?.rows ?? []).filter(
    (row) =>
      row.version !== without &&
      [row.version, row.stage ?? '', ...row.aliases].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          size={current ? 'compact-sm' : 'xs'}
          rightSection={current ? <IconChevronDown size={13} /> : undefined}
          aria-label={label}
          onClick={() => setOpen(!open)}
        >
          {target}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" w={340}>
        <TextInput
          data-autofocus
          placeholder="Version, alias or stage"
          aria-label="Find a version"
          leftSection={<IconSearch size={14} />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <div className={classes.picker}>
          {rows.slice(0, MOST).map((row) => (
            <div key={row.version}>{line(row, () => setOpen(false))}</div>
          ))}
          {rows.length > MOST ? (
            <div className={classes.muted}>{rows.length - MOST} more; type to find them</div>
          ) : null}
          {query.data && rows.length === 0 ? <div className={classes.muted}>No other version fits.</div> : null}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
