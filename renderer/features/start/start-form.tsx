import { Autocomplete, Button, Group, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import type { ProjectState } from '../../../shared/contract/projects.ts';
import { errorText } from '../../lib/errors.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { CommandField } from './command-field.tsx';
import { changedFields, type Draft, type Field, problemsOf, requestOf } from './draft.ts';
import { EnvEditor } from './env-editor.tsx';
import { FieldLabel } from './field-label.tsx';
import { GpuPicker } from './gpu-picker.tsx';
import { InterpreterField } from './interpreter-field.tsx';
import classes from './start-page.module.css';
import { TrustCallout } from './trust-callout.tsx';
import { useDatasetPaths, useExperiments, useStart } from './use-start.ts';

type Props = {
  project: string;
  state: ProjectState;
  first: Draft;
  /** The run that is started again. */
  origin: { run: string; name: string; group: string | null } | null;
};

/** The form. Ctrl Enter starts from anywhere in it; mistakes are said beside their fields once sending was tried. */
export function StartForm({ project, state, first, origin }: Props) {
  const [draft, setDraft] = useState(first);
  const [tried, setTried] = useState(false);
  const start = useStart(project);
  const experiments = useExperiments(project);
  const datasetPaths = useDatasetPaths(project);
  const { fields, variables } = problemsOf(draft);
  const changed = origin ? changedFields(draft, first) : new Set<Field>();
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const label = (field: Field, text: string) => <FieldLabel text={text} changed={changed.has(field)} />;
  const error = (field: Field): string | undefined => (tried ? fields[field] : undefined);
  const { trusted } = state.project;

  const submit = (queue: boolean): void => {
    setTried(true);
    if (!trusted || start.isPending || Object.keys(fields).length > 0) return;
    start.mutate(requestOf(draft, queue, origin));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit(false);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: one shortcut for every field below
    <div className={classes.page} onKeyDown={onKeyDown}>
      <PageHeader
        title={origin ? 'Start again' : 'Start a run'}
        detail={
          origin ? (
            <>
              from{' '}
              <Link to="/p/$project/runs/$run" params={{ project, run: origin.run }} className={classes.link}>
                {origin.name}
              </Link>
              {changed.size > 0 ? `, ${changed.size} changed` : ', nothing changed yet'}
            </>
          ) : null
        }
      />
      <div className={classes.scroll}>
        {trusted ? null : <TrustCallout project={state.project} />}
        <div className={classes.columns}>
          <div className={classes.column}>
            <CommandField
              label={label('command', 'Command')}
              value={draft.command}
              problem={fields.command}
              showProblem={tried || draft.command.trim() !== ''}
              proposal={state.defaultCommand}
              onChange={(command) => set({ command })}
            />
            <Group grow align="flex-start" gap="sm">
              <InterpreterField
                project={project}
                label={label('interpreter', 'Python')}
                value={draft.interpreter}
                error={error('interpreter')}
                onChange={(interpreter) => set({ interpreter })}
              />
              <TextInput
                label={label('cwd', 'Working folder')}
                description="Inside the project"
                value={draft.cwd}
                error={fields.cwd}
                maxLength={4096}
                onChange={(event) => set({ cwd: event.currentTarget.value })}
              />
            </Group>
            <Group grow align="flex-start" gap="sm">
              <TextInput
                label={label('name', 'Name')}
                placeholder="made from the command"
                value={draft.name}
                maxLength={300}
                onChange={(event) => set({ name: event.currentTarget.value })}
              />
              <Autocomplete
                size="xs"
                label={label('experiment', 'Experiment')}
                data={experiments}
                value={draft.experiment}
                maxLength={300}
                onChange={(experiment) => set({ experiment })}
              />
            </Group>
            <TagsInput
              size="xs"
              label={label('tags', 'Tags')}
              placeholder={draft.tags.length === 0 ? 'key or key=value, then Enter' : undefined}
              value={[...draft.tags]}
              error={error('tags')}
              onChange={(tags) => set({ tags })}
            />
            <Textarea
              label={label('note', 'Note')}
              placeholder="What is this run for?"
              autosize
              minRows={2}
              maxRows={10}
              maxLength={100_000}
              value={draft.note}
              onChange={(event) => set({ note: event.currentTarget.value })}
            />
          </div>
          <div className={classes.column}>
            <GpuPicker
              label={label('gpus', 'GPUs')}
              value={draft.gpus}
              error={error('gpus')}
              onChange={(gpus) => set({ gpus })}
            />
            <TagsInput
              size="xs"
              label={label('datasets', 'Data it reads')}
              description="Their versions are recorded with the run"
              placeholder={draft.datasets.length === 0 ? 'a path in the project, then Enter' : undefined}
              data={datasetPaths}
              value={[...draft.datasets]}
              error={error('datasets')}
              maxTags={100}
              onChange={(datasets) => set({ datasets })}
            />
            <EnvEditor
              label={label('env', 'Environment variables')}
              value={draft.env}
              problems={variables}
              onChange={(env) => set({ env })}
            />
          </div>
        </div>
      </div>
      <footer className={classes.footer}>
        <Text className={classes.failure} role="alert">
          {start.error
            ? errorText(start.error)
            : tried && Object.keys(fields).length > 0
              ? Object.values(fields)[0]
              : ''}
        </Text>
        <Button variant="default" disabled={!trusted || start.isPending} onClick={() => submit(true)}>
          Add to queue
        </Button>
        <Button
          leftSection={<IconPlayerPlay size={14} />}
          disabled={!trusted}
          loading={start.isPending}
          onClick={() => submit(false)}
        >
          Start now
        </Button>
        <Kbd keys="mod Enter" />
      </footer>
    </div>
  );
}
