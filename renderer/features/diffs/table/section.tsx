import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useRemembered } from '../../../lib/remembered.ts';
import classes from './table.module.css';

type Props = {
  title: string;
  /** muted, beside the title */
  detail?: ReactNode;
  tools?: ReactNode;
  /** Nothing to see: the head stays, without a way to open it. */
  empty?: boolean;
  children?: ReactNode;
};

/** A part of the summary with a head that folds it; whether it is folded is remembered. */
export function Section({ title, detail, tools, empty = false, children }: Props) {
  const [folded, setFolded] = useRemembered(`diff.folded.${title}`, false);
  const open = !folded && !empty;
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHead}>
        <UnstyledButton
          className={classes.sectionTitle}
          aria-expanded={empty ? undefined : open}
          disabled={empty}
          onClick={() => setFolded(!folded)}
        >
          <IconChevronRight size={13} className={classes.chevron} data-open={open || undefined} aria-hidden />
          {title}
        </UnstyledButton>
        <span className={classes.sectionDetail}>{detail}</span>
        <span className={classes.space} />
        {open ? tools : null}
      </div>
      {open ? children : null}
    </section>
  );
}
