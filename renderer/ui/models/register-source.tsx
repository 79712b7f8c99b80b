import { Button, Popover, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ModelSource } from '../../../shared/contract/models.ts';
import { api } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { formatBytes } from '../../lib/format.ts';
import { looksLikeModel } from '../../lib/model-words.ts';
import { RunPicker } from '../run-picker.tsx';
import classes from './register.module.css';

type Props = { project: string; source: ModelSource | null; onChoose: (source: ModelSource | null) => void };

const NONE: readonly string[] = [];

/** Chooses the bytes: an artifact of a run, or a file or folder of the project. */
export function RegisterSource({ project, source, onChoose }: Props) {
  const [from, setFrom] = useState<'run' | 'file'>(source && 'path' in source ? 'file' : 'run');
  return (
    <div className={classes.source}>
      <SegmentedControl
        aria-label="Where the model is"
        value={from}
        onChange={(value) => {
          setFrom(value as 'run' | 'file');
          onChoose(null);
        }}
        data={[
          { value: 'run', label: 'From a run' },
          { value: 'file', label: 'From a file or folder' },
        ]}
      />
      {from === 'run' ? (
        <FromRun project={project} source={source} onChoose={onChoose} />
      ) : (
        <FromFile onChoose={onChoose} />
      )}
    </div>
  );
}

function FromRun({ project, source, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  const id = source && !('path' in source) ? source.run : null;
  const artifact = source && !('path' in source) ? (source.artifact ?? null) : null;
  const run = useQuery(api.runs.get.queryOptions({ input: id ? { project, run: id } : skipToken }));
  const choices = useMemo(() => {
    const files = (run.data?.artifacts ?? []).filter((one) => !one.path.startsWith('media/'));
    const ordered = files.toSorted((a, b) => Number(looksLikeModel(b.path)) - Number(looksLikeModel(a.path)));
    const folders = [
      ...new Set(files.flatMap(({ path }) => (path.includes('/') ? [path.slice(0, path.indexOf('/'))] : []))),
    ];
    return [
      ...ordered.map(({ path, size }) => ({ value: path, label: `${path}  (${formatBytes(size)})` })),
      ...folders.map((folder) => ({ value: folder, label: `${folder}/  (the whole folder)` })),
    ];
  }, [run.data]);
  return (
    <div className={classes.chosen}>
      <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus>
        <Popover.Target>
          <Button
            variant="default"
            rightSection={<IconChevronDown size={14} />}
            onClick={() => setOpen(!open)}
            data-autofocus={id === null || undefined}
          >
            {run.data?.name ?? (id ? '…' : 'Choose a run')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown p="xs">
          <RunPicker
            project={project}
            exclude={NONE}
            onPick={(picked) => {
              setOpen(false);
              onChoose({ run: picked, artifact: null });
            }}
          />
        </Popover.Dropdown>
      </Popover>
      {id ? (
        <Select
          style={{ flex: 1, minWidth: 0 }}
          aria-label="Artifact"
          placeholder={choices.length > 0 ? 'What looks like a model in it' : 'This run left no artifact'}
          searchable
          clearable
          disabled={choices.length === 0}
          error={run.error ? errorText(run.error) : undefined}
          data={choices}
          value={artifact}
          onChange={(path) => onChoose({ run: id, artifact: path })}
        />
      ) : null}
    </div>
  );
}

function FromFile({ onChoose }: { onChoose: (source: ModelSource | null) => void }) {
  const [path, setPath] = useState('');
  const later = useDebouncedCallback((text: string) => {
    onChoose(text === '' ? null : { path: text, run: null });
  }, 350);
  return (
    <TextInput
      style={{ flex: 1 }}
      aria-label="File or folder, relative to the project"
      placeholder="out/model.onnx, or a folder, relative to the project"
      value={path}
      data-autofocus
      onChange={(event) => {
        setPath(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}
