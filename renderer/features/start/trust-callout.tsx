import { Button, Code, Text } from '@mantine/core';
import { IconShieldQuestion } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Project } from '../../../shared/contract/projects.ts';
import { api } from '../../lib/client.ts';
import { notifyError } from '../../ui/notify.ts';
import classes from './start-page.module.css';

/** Says why nothing starts yet, and lets a person decide. */
export function TrustCallout({ project }: { project: Project }) {
  const trust = useMutation(
    api.projects.trust.mutationOptions({ onError: (error) => notifyError('The answer was not kept', error) }),
  );
  return (
    <section className={classes.callout} aria-label="Trust">
      <IconShieldQuestion size={20} stroke={1.5} aria-hidden />
      <div>
        <Text fw={600}>Nothing runs here yet</Text>
        <Text>
          Starting a run executes code from <Code>{project.root}</Code> with your rights. Trust the folder if you, or
          people you know, wrote what is in it.
        </Text>
        <Button mt="xs" loading={trust.isPending} onClick={() => trust.mutate({ project: project.id, trusted: true })}>
          Trust this project
        </Button>
      </div>
    </section>
  );
}
