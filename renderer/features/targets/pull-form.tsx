import { Button, Group, Modal, Select, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Target } from '../../../shared/contract/targets.ts';
import { api, client } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { plural } from '../../lib/format.ts';
import { notifyDone } from '../../ui/notify.ts';
import { followTargetJob } from './follow-target-job.ts';

type Props = { project: string; target: Target; onClose: () => void };

/** Brings a version that was pushed once back into the project, every byte checked. */
export function PullForm({ project, target, onClose }: Props) {
  const models = useQuery(api.models.list.queryOptions({ input: { project } })).data?.models ?? [];
  const [typed, setName] = useState<string | null>(null);
  const [chosen, setVersion] = useState<string | null>(null);
  const name = typed ?? models[0]?.name ?? '';
  const [asked, setAsked] = useState<string | null>(null);
  const there = useQuery(
    api.targets.remote.queryOptions({
      input: { project, target: target.name, name: asked ?? '' },
      enabled: asked !== null,
      retry: false,
    }),
  );
  const pull = useMutation({
    mutationFn: (version: string) => client.targets.pull({ project, target: target.name, name, version }),
    onSuccess: ({ job }) => {
      onClose();
      void followTargetJob(job).then((lines) => {
        if (lines) notifyDone(lines.join(' ') || 'Pulled and verified.');
      });
    },
  });
  const versions = there.data?.versions ?? [];
  const version = chosen ?? versions[0] ?? null;
  const aliases = Object.entries(there.data?.aliases ?? {});
  return (
    <Modal opened onClose={onClose} title={`Pull from ${target.name}`} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (asked !== name) setAsked(name);
          else if (version) pull.mutate(version);
        }}
      >
        <TextInput
          label="Model"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          mb="sm"
        />
        {asked === name && there.data ? (
          <Select
            label="Version"
            description={`${plural(versions.length, 'version')} there${aliases.length > 0 ? `; ${aliases.map(([alias, at]) => `${alias} is ${at}`).join(', ')}` : ''}`}
            data={versions}
            value={version}
            onChange={setVersion}
            searchable
            allowDeselect={false}
          />
        ) : null}
        {(asked === name && there.error) || pull.error ? (
          <Text size="sm" c="red" mt="sm" role="alert">
            {errorText(pull.error ?? there.error)}
          </Text>
        ) : null}
        <Group justify="flex-end" gap="xs" mt="lg">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={pull.isPending || (asked === name && there.isFetching)}
            disabled={name === '' || (asked === name && there.isSuccess && !version)}
          >
            {asked === name && there.data ? 'Pull and verify' : 'Look what is there'}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
