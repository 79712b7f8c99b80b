import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { type DataDialog, useDatasetsStore } from '../datasets-store.ts';
import type { DataList } from '../types.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import { AddForm } from './add-form.tsx';
import { CommitForm } from './commit-form.tsx';
import { GcForm } from './gc-form.tsx';
import { NameForm } from './name-form.tsx';
import { RemotesForm } from './remotes-form.tsx';

type Props = { project: string; list: DataList; commands: DatasetCommands };

const TITLES: Readonly<Record<DataDialog['kind'], string>> = {
  add: 'Version data',
  commit: 'Commit',
  tag: 'Tag this version',
  rename: 'Rename or move',
  gc: 'Clean up the cache',
  remotes: 'Remotes',
};

/** The dialogs of the data page; one at a time. */
export function DataDialogs(props: Props) {
  const { dialog, open } = useDatasetsStore();
  const close = (): void => open(null);
  return (
    <Modal
      opened={dialog !== null}
      onClose={close}
      title={dialog ? TITLES[dialog.kind] : ''}
      size={dialog?.kind === 'gc' || dialog?.kind === 'remotes' ? 'xl' : 'lg'}
      centered
    >
      {dialog ? <Content {...props} dialog={dialog} onClose={close} /> : null}
    </Modal>
  );
}

function Content({
  project,
  list,
  commands,
  dialog,
  onClose,
}: Props & { dialog: DataDialog; onClose: () => void }): ReactNode {
  switch (dialog.kind) {
    case 'add':
      return <AddForm candidates={list.candidates} commands={commands} onClose={onClose} />;
    case 'commit':
      return (
        <CommitForm
          datasets={list.datasets.filter((one) => dialog.paths.includes(one.path))}
          commands={commands}
          onClose={onClose}
        />
      );
    case 'tag':
      return (
        <NameForm
          label="Name of the tag"
          placeholder="v1.0.0"
          hint={`An annotated git tag, such as ${dialog.path.split('/').at(-1)}@v1.0.0, at commit ${dialog.commit.slice(0, 8)}.`}
          action="Tag"
          onSubmit={(name) => commands.tag(dialog.path, dialog.commit, name)}
          onClose={onClose}
        />
      );
    case 'rename':
      return (
        <NameForm
          label="New path, relative to the project"
          initial={dialog.path}
          hint="Data and record move together. Versions in older commits keep their path."
          action="Rename"
          onSubmit={(to) => commands.rename(dialog.path, to)}
          onClose={onClose}
        />
      );
    case 'gc':
      return <GcForm project={project} commands={commands} onClose={onClose} />;
    case 'remotes':
      return <RemotesForm remotes={list.remotes} commands={commands} />;
  }
}
