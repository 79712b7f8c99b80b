import {
  IconArrowsSort,
  IconCircleCheck,
  IconColumns3,
  IconEqual,
  IconReplace,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Diff, OpenedDiff, Verdict } from '../../../shared/contract/diffs.ts';
import { verdictWords } from '../../lib/diff-verdict.ts';
import { formatBytes, formatDateTime, formatDuration } from '../../lib/format.ts';
import classes from './diff-page.module.css';
import { FindingList } from './finding-list.tsx';

export const VERDICT_ICONS: Record<Verdict, TablerIcon> = {
  identical: IconCircleCheck,
  identical_data: IconEqual,
  order_only: IconArrowsSort,
  schema_only: IconColumns3,
  changed: IconReplace,
};

type Props = { opened: OpenedDiff; diff: Diff; children?: ReactNode };

/** The answer first: one line in words with exact counts, and what is odd about the files themselves. */
export function VerdictBand({ opened, diff, children }: Props) {
  const { headline, detail } = verdictWords(diff);
  const Icon = VERDICT_ICONS[diff.verdict];
  return (
    <section className={classes.verdict} aria-label="Verdict" data-verdict={diff.verdict}>
      <div className={classes.verdictLine} role="status">
        <Icon size={18} stroke={1.7} className={classes.verdictIcon} aria-hidden />
        <span className={classes.headline}>{headline}</span>
        <span className={classes.verdictDetail}>{detail}</span>
        <span className={classes.facts}>
          <FindingList findings={diff.findings} />
          <Sizes opened={opened} diff={diff} />
          <span title={opened.madeAt === null ? undefined : `Compared ${formatDateTime(opened.madeAt)}`}>
            {formatDuration(diff.elapsedMs)}
          </span>
        </span>
      </div>
      {children}
    </section>
  );
}

function Sizes({ opened, diff }: Props) {
  const before = 'bytes' in diff ? diff.bytes.before : opened.before.bytes;
  const after = 'bytes' in diff ? diff.bytes.after : opened.after.bytes;
  if (before === null || after === null) return null;
  return (
    <span title={`${before.toLocaleString('en-US')} bytes before, ${after.toLocaleString('en-US')} after`}>
      {before === after ? formatBytes(after) : `${formatBytes(before)} → ${formatBytes(after)}`}
    </span>
  );
}
