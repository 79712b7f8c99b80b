import { Button, Group, Modal, PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Target } from '../../../shared/contract/targets.ts';
import { api, client } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { SECRET_FIELDS, secretWords } from './target-words.ts';

type Props = { project: string; target: Target & { type: keyof typeof SECRET_FIELDS }; onClose: () => void };

/** Keeps what a target asks for where secrets are kept on this machine, or forgets it. It never comes back to the page. */
export function SecretForm({ project, target, onClose }: Props) {
  const [user, setUser] = useState('');
  const [secret, setSecret] = useState('');
  const queries = useQueryClient();
  const fields = SECRET_FIELDS[target.type];
  const save = useMutation({
    mutationFn: (value: string | null) =>
      client.targets.setSecret({ project, target: target.name, user: user === '' ? null : user, secret: value }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.targets.list.key() });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Sign in to ${target.name}`} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (secret !== '') save.mutate(secret);
        }}
      >
        <Text size="sm" c="dimmed" mb="sm">
          {target.url}. Now: {secretWords(target)}. Nothing of it is ever written into the project.
        </Text>
        {fields.user ? (
          <TextInput
            label={fields.user}
            value={user}
            onChange={(event) => setUser(event.currentTarget.value)}
            autoComplete="off"
            mb="sm"
            data-autofocus
          />
        ) : null}
        <PasswordInput
          label={fields.secret}
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          autoComplete="off"
          {...(fields.user ? {} : { 'data-autofocus': true })}
        />
        {save.error ? (
          <Text size="sm" c="red" mt="sm" role="alert">
            {errorText(save.error)}
          </Text>
        ) : null}
        <Group justify="space-between" mt="lg">
          {target.secret === 'keyring' || target.secret === 'file' ? (
            <Button variant="subtle" color="red" onClick={() => save.mutate(null)}>
              Forget it
            </Button>
          ) : (
            <span />
          )}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={secret === ''}>
              Keep
            </Button>
          </Group>
        </Group>
      </form>
    </Modal>
  );
}
