import { Autocomplete, Button, Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { PointerName, type VersionRow } from '../../../../shared/contract/models.ts';
import { api } from '../../../lib/client.ts';
import { Chip } from '../../../ui/models/marks.tsx';
import type { VersionCommands } from '../use-version-commands.ts';
import type { OnVersion } from '../use-version-place.ts';

type Props = { on: OnVersion; row: VersionRow; commands: VersionCommands; onClose: () => void };

const COMMON = ['champion', 'challenger'];

/** Points aliases and the stage at this version, or takes them off. */
export function PointersForm({ on, row, commands, onClose }: Props) {
  const list = useQuery(api.models.list.queryOptions({ input: { project: on.project } })).data;
  const elsewhere = list?.models.find((one) => one.name === on.name)?.aliases ?? {};
  const [alias, setAlias] = useState('');
  const [stage, setStage] = useState<string | null>(row.stage);
  const problem =
    alias === '' || PointerName.safeParse(alias).success ? null : 'Lower-case letters, digits and - only.';
  const moved = elsewhere[alias] && elsewhere[alias] !== on.version ? elsewhere[alias] : null;
  const stages = [...new Set([...(list?.stages ?? []), ...(row.stage ? [row.stage] : [])])];
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (problem) return;
    if (stage !== row.stage && !(await commands.setStage(stage))) return;
    if (alias !== '' && !(await commands.setAlias(alias, on.version))) return;
    onClose();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        {row.aliases.length > 0 ? (
          <div>
            <Text size="xs" fw={500} mb={4}>
              Aliases of this version
            </Text>
            <Group gap="xs">
              {row.aliases.map((one) => (
                <Group key={one} gap={2}>
                  <Chip tone="accent">@{one}</Chip>
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    aria-label={`Take the alias ${one} off`}
                    loading={commands.busy === 'alias'}
                    onClick={() => void commands.setAlias(one, null)}
                  >
                    Take off
                  </Button>
                </Group>
              ))}
            </Group>
          </div>
        ) : null}
        <Autocomplete
          size="xs"
          label="Give it an alias"
          description={
            moved ? `It now points to ${moved}, and will point here instead.` : 'One version at a time has it'
          }
          placeholder="champion"
          data={[...new Set([...COMMON, ...Object.keys(elsewhere)])]}
          value={alias}
          error={problem}
          onChange={setAlias}
          data-autofocus
        />
        <Select
          label="Stage"
          description={stages.length === 0 ? 'assay.yaml names no stages (models.stages)' : undefined}
          placeholder="none"
          clearable
          data={stages}
          value={stage}
          onChange={setStage}
          disabled={stages.length === 0}
        />
      </Stack>
      <Text size="xs" c="dimmed" mt="sm">
        Each change is an annotated git tag, as GTO and DVC read them.
      </Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          type="submit"
          loading={commands.busy !== null}
          disabled={problem !== null || (alias === '' && stage === row.stage)}
        >
          Save
        </Button>
      </Group>
    </form>
  );
}
