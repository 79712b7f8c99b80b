import { Popover, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import type { SideInfo } from '../../../shared/contract/diffs.ts';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { writeSide } from '../../../shared/data-side.ts';
import { formatAgo, formatDateTime } from '../../lib/format.ts';
import classes from './diff-page.module.css';
import { SideChooser } from './side-chooser.tsx';
import { baseName, pathOf, sideLabel } from './side-words.ts';

type Props = {
  project: string;
  which: 'before' | 'after';
  side: DataSide;
  info: SideInfo | null;
  /** when the two sides have different paths */
  showPath: boolean;
  /** gets a side as `writeSide` writes it */
  onPick: (side: string) => void;
};

/** One side of the comparison; opens to other versions and files. */
export function SidePicker({ project, which, side, info, showPath, onPick }: Props) {
  const [open, setOpen] = useState(false);
  const commit = info?.commit;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus width={420}>
      <Popover.Target>
        <UnstyledButton
          className={classes.side}
          data-side={which}
          aria-label={`${which === 'before' ? 'Before' : 'After'}: ${info?.label ?? sideLabel(side)}`}
          title={
            commit ? `${commit.message.split('\n')[0]}\n${commit.author}, ${formatDateTime(commit.at)}` : pathOf(side)
          }
          onClick={() => setOpen(!open)}
        >
          <span className={classes.sideMark} aria-hidden />
          <span className={classes.sideLabel}>
            {showPath && side.kind === 'version' ? `${baseName(pathOf(side))} · ` : ''}
            {info?.label ?? sideLabel(side)}
          </span>
          {commit ? <span className={classes.sideWhen}>{formatAgo(commit.at)}</span> : null}
          <IconChevronDown size={13} className={classes.sideMore} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        {open ? (
          <SideChooser
            project={project}
            side={side}
            onPick={(next) => {
              setOpen(false);
              onPick(writeSide(next));
            }}
          />
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}
