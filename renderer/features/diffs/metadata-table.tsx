import classes from './metadata-table.module.css';

type Row = { name: string; before: string | null; after: string | null };

/** Facts about both files; those that differ stand out. */
export function MetadataTable({ rows }: { rows: readonly Row[] }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th aria-label="Name" />
          <th data-side="before">before</th>
          <th data-side="after">after</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, before, after }) => (
          <tr key={name} data-changed={before !== after || undefined}>
            <th scope="row">{name}</th>
            <td>{before ?? '–'}</td>
            <td>{after ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
