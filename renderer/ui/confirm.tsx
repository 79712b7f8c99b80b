import { Button, Group, Modal, Text } from '@mantine/core';
import { type ReactNode, useSyncExternalStore } from 'react';

type Question = {
  title: string;
  /** What will happen, and whether there is a way back. */
  body: ReactNode;
  /** The verb on the button: "Delete 3 runs". */
  confirm: string;
  /** Red button for what cannot be undone. */
  danger?: boolean;
};

type Asked = Question & { answer: (yes: boolean) => void };

let asked: Asked | null = null;
const watchers = new Set<() => void>();

function show(next: Asked | null): void {
  asked = next;
  for (const watcher of watchers) watcher();
}

/** Asks before something that matters: `if (await confirm({ … })) …`. Escape and a click outside mean no. */
export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false);
  return new Promise((resolve) => {
    show({
      ...question,
      answer: (yes) => {
        show(null);
        resolve(yes);
      },
    });
  });
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The place where `confirm` asks; the frame has it once. */
export function ConfirmHost() {
  const question = useSyncExternalStore(subscribe, () => asked);
  return (
    <Modal
      opened={question !== null}
      onClose={() => question?.answer(false)}
      title={question?.title}
      centered
      size="md"
    >
      <Text component="div">{question?.body}</Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={() => question?.answer(false)}>
          Cancel
        </Button>
        <Button color={question?.danger ? 'red' : undefined} onClick={() => question?.answer(true)} data-autofocus>
          {question?.confirm}
        </Button>
      </Group>
    </Modal>
  );
}
