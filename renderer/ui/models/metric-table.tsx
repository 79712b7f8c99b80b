import type { GateResult } from '../../../shared/contract/gates.ts';
import type { ModelDefinition, VersionDiff } from '../../../shared/contract/models.ts';
import { metricText, signedNumber } from '../../lib/model-words.ts';
import { keyCell, numberCell, TableBox } from '../section.tsx';
import { directionOf, isBetter } from './direction.ts';

type Props = {
  metrics: ModelDefinition['metrics'];
  /** Against the other version; null while there is none, or it is on its way. */
  diff: VersionDiff | null;
  /** The other version as a head says it: `champion 1.2.0`. */
  rival: string | null;
  /** What is better, when a gate says so. */
  gates: readonly GateResult[];
  most?: number;
};

/** Metrics with the other version's beside, and what is better in green where a gate says which way is. */
export function MetricTable({ metrics, diff, rival, gates, most = 420 }: Props) {
  const rows = diff ? diff.metrics : Object.entries(metrics).map(([key, to]) => ({ key, to, from: null, delta: null }));
  return (
    <TableBox most={most}>
      <thead>
        <tr>
          <th>Metric</th>
          <th style={{ textAlign: 'right' }}>This version</th>
          {rival ? (
            <>
              <th style={{ textAlign: 'right' }}>{rival}</th>
              <th style={{ textAlign: 'right' }}>Difference</th>
            </>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const better = isBetter(row.delta, directionOf(row.key, gates));
          return (
            <tr key={row.key}>
              <td className={keyCell}>{row.key}</td>
              <td className={numberCell} title={row.to === null ? undefined : String(row.to)}>
                {metricText(row.to)}
              </td>
              {rival ? (
                <>
                  <td className={numberCell} title={row.from === null ? undefined : String(row.from)}>
                    {metricText(row.from)}
                  </td>
                  <td
                    className={numberCell}
                    title={row.delta === null ? undefined : String(row.delta)}
                    style={{
                      color: better === null ? undefined : better ? 'var(--assay-good)' : 'var(--assay-bad)',
                      fontWeight: better === null ? undefined : 500,
                    }}
                  >
                    {row.delta === null ? '' : signedNumber(row.delta)}
                    {better === null ? null : <span aria-hidden> {better ? '▲' : '▼'}</span>}
                    {better === null ? null : (
                      <span style={{ position: 'absolute', clipPath: 'inset(50%)' }}>
                        {better ? ' better' : ' worse'}
                      </span>
                    )}
                  </td>
                </>
              ) : null}
            </tr>
          );
        })}
      </tbody>
    </TableBox>
  );
}
