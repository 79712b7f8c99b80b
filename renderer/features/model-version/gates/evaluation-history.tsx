import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../lib/client.ts';
import { formatDateTime } from '../../../lib/format.ts';
import { Chip, VerdictMark } from '../../../ui/models/marks.tsx';
import { Section, TableBox } from '../../../ui/section.tsx';
import type { OnVersion } from '../use-version-place.ts';
import page from '../version-page.module.css';

type Props = { on: OnVersion; shown: string; onChoose: (digest: string) => void };

/** All evaluations that are kept, newest first. Nothing while there is only the one that is shown. */
export function EvaluationHistory({ on, shown, onChoose }: Props) {
  const history = useQuery(api.gates.history.queryOptions({ input: on })).data ?? [];
  if (history.length < 2) return null;
  return (
    <Section title="Evaluations" amount={history.length}>
      <TableBox most={260}>
        <tbody>
          {history.map((one) => (
            <tr key={one.digest} aria-current={one.digest === shown || undefined}>
              <td style={{ width: 130 }}>
                <VerdictMark verdict={one.verdict} />
              </td>
              <td>
                <UnstyledButton
                  fz="inherit"
                  fw={one.digest === shown ? 600 : undefined}
                  c="var(--assay-accent)"
                  onClick={() => onChoose(one.digest)}
                >
                  {formatDateTime(one.at)}
                </UnstyledButton>
              </td>
              <td>{one.by}</td>
              <td>
                {one.frozen ? (
                  <Chip tip="A review was requested on this evaluation; it never changes again">frozen</Chip>
                ) : null}
              </td>
              <td className={page.muted}>
                <code title={one.digest}>{one.digest.slice(0, 12)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </TableBox>
    </Section>
  );
}
