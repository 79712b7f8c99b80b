import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './page-header.module.css';

type Props = {
  title: ReactNode;
  /** Beside the title, muted: a count, a status. */
  detail?: ReactNode;
  /** On the right: the page's actions, the most important one last. */
  children?: ReactNode;
};

/** The first line of every page, 48 px high: what it is on the left, what can be done on the right. */
export function PageHeader({ title, detail, children }: Props) {
  return (
    <header className={classes.header}>
      <Group gap="sm" wrap="nowrap" className={classes.name}>
        <Title order={1} className={classes.title}>
          {title}
        </Title>
        {detail ? (
          <Text c="dimmed" component="div" className={classes.detail}>
            {detail}
          </Text>
        ) : null}
      </Group>
      {children ? (
        <Group gap="xs" wrap="nowrap">
          {children}
        </Group>
      ) : null}
    </header>
  );
}
