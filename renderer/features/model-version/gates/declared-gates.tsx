import { useQuery } from '@tanstack/react-query';
import { api } from '../../../lib/client.ts';
import { Notice } from '../../../ui/notice.tsx';
import { keyCell, Section, TableBox } from '../../../ui/section.tsx';
import type { OnVersion } from '../use-version-place.ts';

/** What assay.yaml asks of the model, before anything was checked. */
export function DeclaredGates({ on }: { on: OnVersion }) {
  const { data } = useQuery(api.gates.declared.queryOptions({ input: { project: on.project, name: on.name } }));
  if (!data) return null;
  if (data.problem) return <Notice tone="bad">{data.problem}</Notice>;
  if (data.gates.length === 0) return null;
  return (
    <Section title="Declared gates" amount={data.gates.length}>
      <TableBox>
        <tbody>
          {data.gates.map((gate) => (
            <tr key={gate.id}>
              <td>{gate.title}</td>
              <td className={keyCell}>{gate.kind}</td>
              <td className={keyCell}>{gate.from}</td>
            </tr>
          ))}
        </tbody>
      </TableBox>
    </Section>
  );
}
