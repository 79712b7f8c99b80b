import { Button, Group, Modal, MultiSelect, Select, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Target } from '../../../shared/contract/targets.ts';
import { api, client } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { notifyDone } from '../../ui/notify.ts';
import { followTargetJob } from './follow-target-job.ts';

type Props = { project: string; targets: readonly Target[]; onClose: () => void };

/** Points an alias back to the version before, here and on every target that has it, as one recorded action. */
export function RollbackForm({ project, targets, onClose }: Props) {
  const models = useQuery(api.models.list.queryOptions({ input: { project } })).data?.models ?? [];
  const [name, setName] = useState<string | null>(null);
  const [alias, setAlias] = useState('champion');
  const [to, setTo] = useState<string | null>(null);
  const [where, setWhere] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const model = models.find((one) => one.name === name) ?? models[0];
  const versions = useQuery(
    api.models.versions.queryOptions({
      input: { project, ...(model ? { name: model.name } : {}) },
      enabled: model !== undefined,
    }),
  );
  const start = useMutation({
    mutationFn: () =>
      client.targets.rollback({
        project,
        name: model!.name,
        alias,
        version: to,
        targets: where.length > 0 ? where : null,
        reason,
      }),
    onSuccess: ({ job }) => {
      onClose();
      void followTargetJob(job).then((lines) => {
        if (lines) notifyDone(lines.join(' ') || 'Rolled back.');
      });
    },
  });
  const now = model?.aliases[alias];
  return (
    <Modal opened onClose={onClose} title="Roll back" centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (model) start.mutate();
        }}
      >
        <Select
          label="Model"
          data={models.map((one) => one.name)}
          value={model?.name ?? null}
          onChange={setName}
          allowDeselect={false}
          mb="sm"
        />
        <TextInput
          label="Alias"
          value={alias}
          onChange={(event) => setAlias(event.currentTarget.value)}
          description={now ? `points to ${now} now` : 'points to no version now'}
          mb="sm"
        />
        <Select
          label="To version"
          placeholder="the one it pointed to before"
          data={(versions.data?.rows ?? []).map((row) => row.version).filter((version) => version !== now)}
          value={to}
          onChange={setTo}
          clearable
          searchable
          mb="sm"
        />
        <MultiSelect
          label="On"
          placeholder={where.length > 0 ? '' : 'this project and every target that has it'}
          data={targets.map((target) => target.name)}
          value={where}
          onChange={setWhere}
          mb="sm"
        />
        <Textarea
          label="Reason"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          autosize
          minRows={2}
        />
        {start.error ? (
          <Text size="sm" c="red" mt="sm" role="alert">
            {errorText(start.error)}
          </Text>
        ) : null}
        <Group justify="flex-end" gap="xs" mt="lg">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={start.isPending} disabled={!model || alias === ''}>
            Roll back {alias}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
