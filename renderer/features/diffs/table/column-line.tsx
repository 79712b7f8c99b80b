import { ActionIcon, UnstyledButton } from '@mantine/core';
import { IconChartHistogram } from '@tabler/icons-react';
import { memo, useRef } from 'react';
import type { ColumnDiff } from '../../../../shared/contract/diffs.ts';
import { typeWord } from '../../../../shared/type-words.ts';
import { SpreadMini } from '../../../charts/spread-mini.tsx';
import { useVisible } from '../../../charts/use-visible.ts';
import { share } from '../../../lib/diff-verdict.ts';
import { formatCount, plural } from '../../../lib/format.ts';
import { useDiffsStore } from '../diffs-store.ts';
import { columnFacts, driftWords, exactTypes, schemaChange } from './impact.ts';
import classes from './table.module.css';
import { useColumnDrift } from './use-column-drift.ts';

type Props = {
  project: string;
  id: string;
  column: ColumnDiff;
  batch: readonly string[];
  /** rows in which a cell can have changed */
  matched: number;
  chosen: boolean;
  onChoose: () => void;
};

/** One column: how much of it changed, what moved, and both its distributions over each other. */
export const ColumnLine = memo(function ColumnLine(props: Props) {
  const { project, id, column, batch, matched, chosen, onChoose } = props;
  const line = useRef<HTMLDivElement>(null);
  const visible = useVisible(line);
  const { drift: driftOf } = useColumnDrift(project, id, batch, visible);
  const drift = driftOf(column.name);
  const enlarge = useDiffsStore((store) => store.enlarge);
  const test = drift?.drift;
  return (
    <div ref={line} className={classes.columnLine} data-quiet={column.changedCells === 0 || undefined}>
      <UnstyledButton
        className={classes.columnButton}
        aria-pressed={chosen}
        disabled={column.changedCells === 0}
        title={
          column.changedCells === 0
            ? undefined
            : `${plural(column.changedCells, 'cell')} of ${formatCount(matched)} changed; click to show ${chosen ? 'all rows again' : 'only these rows'}`
        }
        onClick={onChoose}
      >
        <span className={classes.columnName}>
          <b>{column.name}</b>
          <span title={exactTypes(column)}>
            {column.status === 'same' ? typeWord(column.typeAfter) : `${column.status} ${schemaChange(column)}`}
          </span>
        </span>
        <span className={classes.impact}>
          <span className={classes.impactBar} aria-hidden>
            <span
              style={{
                width:
                  matched > 0
                    ? `max(${column.changedCells > 0 ? 2 : 0}px, ${(100 * column.changedCells) / matched}%)`
                    : 0,
              }}
            />
          </span>
          <span className={classes.impactText}>
            {column.changedCells > 0 ? (
              <>
                {share(column.changedCells, matched)} <span>{formatCount(column.changedCells)}</span>
              </>
            ) : null}
          </span>
        </span>
        <span className={classes.columnFacts}>
          {columnFacts(column, drift).map(({ name, text, title }) => (
            <span key={name} title={title}>
              {name} <b>{text}</b>
            </span>
          ))}
          {test?.drifted ? (
            <span className={classes.drifted} title={driftWords(test)}>
              drift
            </span>
          ) : null}
        </span>
      </UnstyledButton>
      <UnstyledButton
        className={classes.miniButton}
        aria-label={`Distributions of ${column.name}`}
        title={test ? driftWords(test) : 'Distributions before and after'}
        onClick={() => enlarge(column.name)}
      >
        {drift?.spread ? (
          <SpreadMini spread={drift.spread} width={104} height={34} />
        ) : (
          <ActionIcon component="span" size="sm" tabIndex={-1} aria-hidden className={classes.noMini}>
            <IconChartHistogram size={14} />
          </ActionIcon>
        )}
      </UnstyledButton>
    </div>
  );
});
