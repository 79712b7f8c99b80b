import { Button, Code, Group, List, Modal, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../lib/client.ts';
import { notifyError } from '../../ui/notify.ts';
import { useTrustDialog } from './folder-store.ts';

/** Asks whether a folder's code may run, and says what that means. */
export function TrustDialog() {
  const { project: id, hide } = useTrustDialog();
  const project = useQuery(api.projects.list.queryOptions()).data?.find((one) => one.id === id);
  const trust = useMutation(
    api.projects.trust.mutationOptions({
      onSuccess: hide,
      onError: (error) => notifyError('The answer was not kept', error),
    }),
  );
  return (
    <Modal
      opened={project !== undefined}
      onClose={hide}
      title="Do you trust what is in this folder?"
      size="lg"
      centered
    >
      <Code block mb="sm">
        {project?.root}
      </Code>
      <Text>Runs execute code from the folder with your rights: it can read, change and delete whatever you can.</Text>
      <List mt="xs" spacing={4}>
        <List.Item>
          <b>Trusted:</b> runs can be started, restarted and queued.
        </List.Item>
        <List.Item>
          <b>Not trusted:</b> Assay shows runs, charts, logs and files, and executes nothing.
        </List.Item>
      </List>
      <Text mt="sm" c="dimmed">
        Trust it when you or people you know wrote it. Your answer is kept on this machine and can be changed in the
        settings.
      </Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={hide} data-autofocus>
          Not now
        </Button>
        <Button loading={trust.isPending} onClick={() => id && trust.mutate({ project: id, trusted: true })}>
          Trust this folder
        </Button>
      </Group>
    </Modal>
  );
}
