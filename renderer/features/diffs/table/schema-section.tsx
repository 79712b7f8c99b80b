import type { TableDiff } from '../../../../shared/contract/diffs.ts';
import { formatCount, plural } from '../../../lib/format.ts';
import type { ViewProps } from '../view-props.ts';
import { exactTypes, schemaChange } from './impact.ts';
import { Section } from './section.tsx';
import classes from './table.module.css';

const MARKS = { added: '+', removed: '−', renamed: '→', retyped: '≈', same: '' } as const;

/** Columns that came, went, or are called or typed otherwise. Folds to a line when there is none. */
export function SchemaSection({ diff }: ViewProps<TableDiff>) {
  const touched = diff.columns.filter((column) => column.status !== 'same');
  const reordered = diff.findings.some((finding) => finding.code === 'columns_reordered');
  return (
    <Section
      title="Schema"
      empty={touched.length === 0}
      detail={
        touched.length > 0
          ? `${formatCount(touched.length)} of ${plural(diff.columns.length, 'column')}${reordered ? ', reordered' : ''}`
          : `the same ${plural(diff.columns.length, 'column')} on both sides${reordered ? ', in another order' : ''}`
      }
    >
      <ul className={classes.schema}>
        {touched.map((column) => (
          <li key={column.name} data-status={column.status}>
            <span className={classes.schemaMark} aria-hidden>
              {MARKS[column.status]}
            </span>
            <span className={classes.schemaWord}>{column.status}</span>
            <span className={classes.schemaName}>{column.name}</span>
            <span
              className={classes.schemaChange}
              data-warn={column.lossless === false || undefined}
              title={exactTypes(column)}
            >
              {schemaChange(column)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
