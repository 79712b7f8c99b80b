import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { api } from '../../lib/client.ts';
import classes from './side-chooser.module.css';
import { VersionList } from './version-list.tsx';

type Props = {
  project: string;
  /** what is chosen now; null for nothing */
  side: DataSide | null;
  onPick: (side: DataSide) => void;
};

/** Chooses a side: a version of something that is versioned, or any file or folder on disk. */
export function SideChooser({ project, side, onPick }: Props) {
  const [from, setFrom] = useState<'version' | 'file'>(side?.kind ?? 'version');
  return (
    <div className={classes.chooser}>
      <SegmentedControl
        fullWidth
        aria-label="Where it is"
        value={from}
        onChange={(value) => setFrom(value as 'version' | 'file')}
        data={[
          { value: 'version', label: 'Versions' },
          { value: 'file', label: 'File on disk' },
        ]}
      />
      {from === 'version' ? (
        <FromVersions project={project} side={side} onPick={onPick} />
      ) : (
        <FromDisk file={side?.kind === 'file' ? side.file : ''} onPick={onPick} />
      )}
    </div>
  );
}

function FromVersions({ project, side, onPick }: Props) {
  const current = side?.kind === 'version' ? side : null;
  const list = useQuery(api.datasets.list.queryOptions({ input: { project } }));
  const [chosen, setChosen] = useState<string | null>(null);
  const known = list.data?.datasets.map((one) => one.path) ?? [];
  const path = chosen ?? current?.path ?? known[0] ?? null;
  const paths = path === null || known.includes(path) ? known : [path, ...known];
  return (
    <>
      <Select
        aria-label="Dataset"
        placeholder={list.isPending ? 'Looking for datasets' : 'No dataset in this project'}
        searchable
        data={paths}
        value={path}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        onChange={setChosen}
      />
      {path === null ? null : (
        <VersionList
          project={project}
          path={path}
          rev={current?.path === path ? current.rev : undefined}
          onPick={(rev) => onPick({ kind: 'version', path, rev })}
        />
      )}
    </>
  );
}

function FromDisk({ file, onPick }: { file: string; onPick: Props['onPick'] }) {
  const [text, setText] = useState(file);
  const path = text.trim();
  return (
    <form
      className={classes.disk}
      onSubmit={(event) => {
        event.preventDefault();
        if (path !== '') onPick({ kind: 'file', file: path });
      }}
    >
      <TextInput
        data-autofocus
        aria-label="Path of a file or folder"
        placeholder="/home/me/data/train.csv"
        description="A file or folder on the machine that Assay runs on"
        inputWrapperOrder={['input', 'description']}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" disabled={path === ''}>
        Use it
      </Button>
    </form>
  );
}
