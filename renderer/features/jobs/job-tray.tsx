import { ActionIcon, Indicator, Popover, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../lib/client.ts';
import { plural } from '../../lib/format.ts';
import { Tip } from '../../ui/tip.tsx';
import { JobLine } from './job-line.tsx';
import { sortJobs } from './sort-jobs.ts';
import { useFailureToasts } from './use-failure-toasts.ts';

/** Long work in the background: what is being done, how far it is, and the way to stop it. */
export function JobTray() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const list = useQuery(api.jobs.list.queryOptions()).data;
  useFailureToasts(list);
  const jobs = sortJobs(list ?? []);
  const running = jobs.filter((job) => job.state === 'running').length;
  const label = running > 0 ? `${plural(running, 'job')} at work` : 'Jobs';
  return (
    <Popover opened={opened} onChange={(open) => !open && close()} position="bottom-end" width={360} trapFocus>
      <Popover.Target>
        <Tip label={label} disabled={opened}>
          <Indicator disabled={running === 0} label={running} size={14} offset={5} fz={10}>
            <ActionIcon onClick={toggle} aria-label={label} aria-expanded={opened}>
              <IconStack2 size={18} stroke={1.6} />
            </ActionIcon>
          </Indicator>
        </Tip>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        {jobs.length === 0 ? (
          <Text c="dimmed" p="md">
            No jobs. Long work, such as rebuilding an index or making the example, shows here while you go on.
          </Text>
        ) : (
          <ScrollArea.Autosize mah={420} type="auto">
            {jobs.map((job) => (
              <JobLine key={job.id} job={job} />
            ))}
          </ScrollArea.Autosize>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
