import { Modal } from '@mantine/core';
import type { VersionRow } from '../../../../shared/contract/models.ts';
import { FindingsList } from '../findings-list.tsx';
import type { Verified, VersionCommands } from '../use-version-commands.ts';
import type { OnVersion } from '../use-version-place.ts';
import { PointersForm } from './pointers-form.tsx';
import { WordsForm } from './words-form.tsx';

export type VersionDialog =
  | { kind: 'request' }
  | { kind: 'pointers' }
  | { kind: 'deprecate' }
  | { kind: 'export' }
  | { kind: 'findings'; found: Verified };

type Props = {
  dialog: VersionDialog | null;
  on: OnVersion;
  row: VersionRow;
  commands: VersionCommands;
  onClose: () => void;
};

const TITLES: Record<VersionDialog['kind'], string> = {
  request: 'Request a review',
  pointers: 'Aliases and stage',
  deprecate: 'Deprecate this version',
  export: 'Export the files',
  findings: 'This version is not as it was registered',
};

/** The dialogs of a version's header. */
export function VersionDialogs({ dialog, on, row, commands, onClose }: Props) {
  const close = (done: boolean): void => {
    if (done) onClose();
  };
  return (
    <Modal
      opened={dialog !== null}
      onClose={onClose}
      title={dialog ? TITLES[dialog.kind] : ''}
      size={dialog?.kind === 'findings' ? 'xl' : 'md'}
      centered
    >
      {dialog?.kind === 'request' ? (
        <WordsForm
          label="For the reviewers"
          placeholder="What changed, and what to look at"
          hint="The gates are checked when that is due, and what they say is frozen: later changes of gates or data do not touch it."
          action="Request review"
          busy={commands.busy === 'request'}
          onSubmit={async (words) => close(await commands.request(words))}
          onClose={onClose}
        />
      ) : null}
      {dialog?.kind === 'pointers' ? <PointersForm on={on} row={row} commands={commands} onClose={onClose} /> : null}
      {dialog?.kind === 'deprecate' ? (
        <WordsForm
          label="Why"
          placeholder="Trained on a leaking column; use 1.3.0"
          hint="It stays registered and readable; everyone sees that it should not be used any more. This can be undone."
          action="Deprecate"
          danger
          required
          busy={commands.busy === 'deprecate'}
          onSubmit={async (words) => close(await commands.deprecate(words))}
          onClose={onClose}
        />
      ) : null}
      {dialog?.kind === 'export' ? (
        <WordsForm
          label="New folder, relative to the project"
          start={`out/${on.name}-${on.version}`}
          single
          required
          hint="A folder that does not exist yet; exactly the version's files go there, each checked against its digest."
          action="Export"
          busy={commands.busy === 'export'}
          onSubmit={async (words) => close(await commands.exportTo(words))}
          onClose={onClose}
        />
      ) : null}
      {dialog?.kind === 'findings' ? <FindingsList found={dialog.found} /> : null}
    </Modal>
  );
}
