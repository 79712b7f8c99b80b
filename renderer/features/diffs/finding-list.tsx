import { Popover, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Finding } from '../../../shared/contract/tables.ts';
import { plural } from '../../lib/format.ts';
import classes from './diff-page.module.css';

const SIDES = { before: 'Before', after: 'After' } as const;

/** What is odd about the files themselves (a byte order mark, ragged rows …): a count that opens to sentences. */
export function FindingList({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <Popover position="bottom-end" width={420} trapFocus>
      <Popover.Target>
        <UnstyledButton className={classes.findings}>
          <IconAlertTriangle size={14} aria-hidden />
          {plural(findings.length, 'finding')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <ul className={classes.findingList}>
          {findings.map((finding, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two findings may read the same
            <li key={at}>
              <Place finding={finding} />
              {finding.message}
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Where it was found, unless the message begins with it. */
function Place({ finding: { side, column, message } }: { finding: Finding }) {
  const parts = [side ? SIDES[side] : '', column && !message.startsWith(column) ? column : ''].filter(Boolean);
  return parts.length > 0 ? <span className={classes.findingPlace}>{parts.join(', ')}</span> : null;
}
