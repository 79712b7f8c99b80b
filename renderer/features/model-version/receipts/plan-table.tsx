import type { PushPlan } from '../../../../shared/contract/targets.ts';
import { formatBytes, plural } from '../../../lib/format.ts';
import { Chip } from '../../../ui/models/marks.tsx';
import { numberCell, TableBox } from '../../../ui/section.tsx';
import page from '../version-page.module.css';

/** What a push would send, what the target has already, and what else happens there. */
export function PlanTable({ plan }: { plan: PushPlan }) {
  const { items, bytes, skippedBytes, steps, ref } = plan;
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      <div>
        <b>{formatBytes(bytes)}</b> to send
        {skippedBytes > 0 ? `, ${formatBytes(skippedBytes)} there already` : ''}{' '}
        <span className={page.muted}>
          in {plural(items.length, 'item')}, as <code>{ref}</code>
        </span>
      </div>
      <TableBox most={300}>
        <thead>
          <tr>
            <th>What</th>
            <th>Path</th>
            <th>Digest</th>
            <th style={{ textAlign: 'right' }}>Size</th>
            <th aria-label="Where it is" />
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={`${item.what} ${item.path}`}>
              <td className={page.muted}>{item.what}</td>
              <td>{item.path}</td>
              <td title={item.digest ?? undefined}>
                <code>{item.digest?.replace(/^sha256:/, '').slice(0, 12) ?? ''}</code>
              </td>
              <td className={numberCell}>{formatBytes(item.bytes)}</td>
              <td>{item.there ? <Chip>there already</Chip> : <Chip tone="accent">to send</Chip>}</td>
            </tr>
          ))}
        </tbody>
      </TableBox>
      {steps.length > 0 ? (
        <ul style={{ margin: 0, paddingLeft: 18, fontSize: '0.8125rem' }}>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
