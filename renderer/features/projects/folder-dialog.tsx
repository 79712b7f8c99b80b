import { Alert, Button, Group, Modal, ScrollArea, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconCornerLeftUp, IconFolder, IconGitBranch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { FolderListing } from '../../../shared/contract/projects.ts';
import { api } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { LoadingRows } from '../../ui/loading.tsx';
import classes from './folder-dialog.module.css';
import { useFolderDialog } from './folder-store.ts';
import { useOpenPath } from './use-open-folder.ts';

/** A folder browser over the host's disk: step in and out, or type a path; the folder that is shown is the one that opens. */
export function FolderDialog() {
  const { opened, hide } = useFolderDialog();
  return (
    <Modal opened={opened} onClose={hide} title="Open a folder" size="lg" centered>
      <FolderBrowser onDone={hide} />
    </Modal>
  );
}

function FolderBrowser({ onDone }: { onDone: () => void }) {
  const [path, setPath] = useState<string | undefined>(undefined);
  const [typed, setTyped] = useState<string | null>(null);
  const listing = useQuery({
    ...api.projects.browse.queryOptions({ input: path === undefined ? {} : { path } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const open = useOpenPath();
  const shown = listing.data;
  const field = useRef<HTMLInputElement>(null);
  const known = shown !== undefined;
  useEffect(() => {
    // What is typed or pasted first replaces the proposed folder.
    if (known) field.current?.select();
  }, [known]);
  const text = typed ?? shown?.path ?? '';
  const target = text.trim();

  const go = (next: string): void => {
    setPath(next);
    setTyped(null);
    open.reset();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (target !== '') open.mutate({ path: target }, { onSuccess: onDone });
  };
  const error = open.error ?? (typed === null ? listing.error : null);

  return (
    <form onSubmit={submit}>
      <TextInput
        label="Path on the machine where Assay runs"
        value={text}
        onChange={(event) => setTyped(event.currentTarget.value)}
        classNames={{ input: 'mono' }}
        ref={field}
        readOnly={listing.isPending}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
      />
      <ScrollArea.Autosize mah={320} mih={320} mt="xs" className={classes.list} type="auto">
        {shown ? <Entries listing={shown} onGo={go} /> : listing.error ? null : <LoadingRows rows={9} />}
      </ScrollArea.Autosize>
      {error ? (
        <Alert color="red" variant="light" mt="xs" p="xs">
          {errorText(error)}
        </Alert>
      ) : null}
      <Group justify="space-between" mt="md" wrap="nowrap">
        <Text c="dimmed" size="xs">
          Opening writes nothing into the folder.
        </Text>
        <Group gap="xs" wrap="nowrap">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={open.isPending} disabled={target === ''}>
            Open this folder
          </Button>
        </Group>
      </Group>
    </form>
  );
}

function Entries({ listing, onGo }: { listing: FolderListing; onGo: (path: string) => void }) {
  return (
    <>
      {listing.parent !== null ? (
        <UnstyledButton className={classes.entry} onClick={() => onGo(listing.parent ?? '/')}>
          <IconCornerLeftUp size={16} stroke={1.6} aria-hidden />
          <span>One folder up</span>
        </UnstyledButton>
      ) : null}
      {listing.entries.map((entry) => (
        <UnstyledButton key={entry.path} className={classes.entry} onClick={() => onGo(entry.path)}>
          <IconFolder size={16} stroke={1.6} aria-hidden />
          <span className={classes.name}>{entry.name}</span>
          {entry.assay ? <span className={classes.mark}>Assay project</span> : null}
          {entry.git ? (
            <span className={classes.git}>
              <IconGitBranch size={14} stroke={1.6} aria-hidden /> git
            </span>
          ) : null}
        </UnstyledButton>
      ))}
      {listing.entries.length === 0 ? (
        <Text c="dimmed" p="xs">
          No folders in here.
        </Text>
      ) : null}
    </>
  );
}
