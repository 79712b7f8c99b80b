import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { skipToken, useQuery } from '@tanstack/react-query';
import type { TableDiff } from '../../../../shared/contract/diffs.ts';
import { typeWord } from '../../../../shared/type-words.ts';
import { api } from '../../../lib/client.ts';
import { errorText } from '../../../lib/errors.ts';
import { formatCount } from '../../../lib/format.ts';
import { LoadingRows } from '../../../ui/loading.tsx';
import { Tip } from '../../../ui/tip.tsx';
import { CellText } from '../table/cell-text.tsx';
import type { GridRow } from '../table/use-diff-rows.ts';
import classes from './inspector.module.css';
import { ValueChange } from './value-change.tsx';

type Props = {
  project: string;
  id: string;
  diff: TableDiff;
  row: GridRow;
  column: string;
  onClose: () => void;
};

/** One cell, whole: both values and how they differ, as their kind of value wants it. */
export function CellInspector({ project, id, diff, row, column, onClose }: Props) {
  const known = diff.columns.find((one) => one.name === column);
  const cell = row.cell(column);
  const whole = useQuery(
    api.diffs.cell.queryOptions({
      input: cell?.cut ? { project, id, before: row.before, after: row.after, column } : skipToken,
    }),
  );
  const values = cell?.cut ? whole.data : cell;
  const type = known?.typeAfter ?? known?.typeBefore ?? null;
  return (
    <aside className={classes.inspector} aria-label="Cell">
      <div className={classes.head}>
        <span className={classes.name} title={column}>
          {column}
        </span>
        <span className={classes.type} title={type ?? undefined}>
          {typeWord(type)}
        </span>
        <span className={classes.space} />
        <Tip label="Close">
          <ActionIcon aria-label="Close the cell" onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </Tip>
      </div>
      <dl className={classes.key}>
        <dt>row</dt>
        <dd>
          {[row.before, row.after]
            .filter((one) => one !== null)
            .map((one) => formatCount(one + 1))
            .join(' → ')}
          {row.kind === 'changed' && !row.moved ? '' : `, ${row.moved ? 'moved' : row.kind}`}
        </dd>
        {diff.key.columns.map((name) => {
          const one = row.cell(name);
          return (
            <div key={name} className={classes.keyPart}>
              <dt>{name}</dt>
              <dd>
                <CellText value={one?.now ?? one?.old ?? (one ? null : undefined)} />
              </dd>
            </div>
          );
        })}
      </dl>
      <div className={classes.body}>
        {values ? (
          <ValueChange old={values.old} now={values.now} type={type} />
        ) : whole.error ? (
          <p className={classes.note}>{errorText(whole.error)}</p>
        ) : (
          <LoadingRows rows={4} />
        )}
      </div>
    </aside>
  );
}
