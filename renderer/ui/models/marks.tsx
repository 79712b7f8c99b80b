import { IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled, IconHelpCircleFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Verdict, VersionRow } from '../../../shared/contract/models.ts';
import { approvalWords, gatesWords, type Tone, verdictWords } from '../../lib/model-words.ts';
import { Tip } from '../tip.tsx';
import classes from './marks.module.css';

type ChipProps = {
  tone?: Tone;
  look?: 'filled' | 'outlined' | 'solid';
  /** what it means, as a sentence */
  tip?: string;
  children: ReactNode;
};

/** A small word with a meaning: an alias, a stage, a state. */
export function Chip({ tone = 'muted', look = 'filled', tip, children }: ChipProps) {
  const chip = (
    <span
      className={classes.chip}
      data-tone={tone}
      data-outlined={look === 'outlined' || undefined}
      data-solid={look === 'solid' || undefined}
    >
      {children}
    </span>
  );
  return tip ? <Tip label={tip}>{chip}</Tip> : chip;
}

/** Where a version is pointed at: its stage, then its aliases. */
export function PointerChips({ stage, aliases }: Pick<VersionRow, 'stage' | 'aliases'>) {
  return (
    <>
      {stage ? (
        <Chip tone="accent" look="outlined" tip={`Stage: ${stage}`}>
          {stage}
        </Chip>
      ) : null}
      {aliases.map((alias) => (
        <Chip key={alias} tone="accent" tip={`Alias: ${alias}`}>
          @{alias}
        </Chip>
      ))}
    </>
  );
}

const ICONS = {
  good: IconCircleCheckFilled,
  bad: IconCircleXFilled,
  warn: IconHelpCircleFilled,
  accent: IconCircleDashed,
  muted: IconCircleDashed,
} as const;

/** An icon and words; the icons differ in shape as well as in colour. */
export function Mark({ tone, words, detail }: { tone: Tone; words: ReactNode; detail?: string }) {
  const Icon = ICONS[tone];
  const mark = (
    <span className={classes.mark} data-tone={tone}>
      <Icon size={15} className={classes.icon} aria-hidden />
      <span className={classes.words}>{words}</span>
    </span>
  );
  return detail ? <Tip label={detail}>{mark}</Tip> : mark;
}

/** `Pass`, `Fail` or `Inconclusive`. */
export function VerdictMark({ verdict }: { verdict: Verdict }) {
  const { words, tone } = verdictWords(verdict);
  return <Mark tone={tone} words={words} />;
}

/** How a version's gates stand. */
export function GatesMark({ gates }: { gates: VersionRow['gates'] }) {
  return <Mark {...gatesWords(gates)} />;
}

/** Where a version stands with the people. */
export function ApprovalMark({ row }: { row: Pick<VersionRow, 'approval' | 'overridden' | 'waitingFor'> }) {
  const { words, tone, detail } = approvalWords(row);
  return <Mark tone={tone} words={words} detail={row.approval === 'requested' ? words : detail} />;
}
