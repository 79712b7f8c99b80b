import { formatBytes, plural } from '../../lib/format.ts';
import { Chip } from '../../ui/models/marks.tsx';
import { TableBox } from '../../ui/section.tsx';
import type { Verified } from './use-version-commands.ts';
import classes from './version-page.module.css';

/** What verifying found, each with the file, tag or line it is about. */
export function FindingsList({ found }: { found: Verified }) {
  return (
    <>
      <TableBox most={460}>
        <tbody>
          {found.findings.map((one) => (
            <tr key={`${one.kind} ${one.where} ${one.message}`}>
              <td style={{ width: 90 }}>
                <Chip tone={one.severity === 'error' ? 'bad' : 'warn'}>{one.kind}</Chip>
              </td>
              <td style={{ width: '36%' }}>
                <code>{one.where}</code>
              </td>
              <td>{one.message}</td>
            </tr>
          ))}
        </tbody>
      </TableBox>
      <div className={classes.muted} style={{ marginTop: 8 }}>
        {plural(found.checkedFiles, 'file')}, {formatBytes(found.checkedBytes)} were read.
      </div>
    </>
  );
}
