import { useQuery } from '@tanstack/react-query';
import { api } from '../../../lib/client.ts';
import { errorText } from '../../../lib/errors.ts';
import { jsonText } from '../../../lib/model-words.ts';
import { useVersionDiff } from '../../../lib/use-version-diff.ts';
import { DataTable } from '../../../ui/models/data-table.tsx';
import { fieldWords } from '../../../ui/models/kind-words.ts';
import { MetricTable } from '../../../ui/models/metric-table.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Fact, keyCell, Nothing, Section, TableBox } from '../../../ui/section.tsx';
import page from '../version-page.module.css';
import type { TabProps } from '../version-page.tsx';
import { EnvironmentSection, OriginSection } from './origin.tsx';

/** The evidence: what came out on the left, where it comes from on the right. */
export function OverviewTab({ place: { on }, detail }: TabProps) {
  const { definition, gaps } = detail;
  const latest = useQuery(api.gates.latest.queryOptions({ input: on })).data?.evaluation;
  // what was decided about names the champion of that time; a later check of the champion names itself
  const evaluation = useQuery(api.reviews.get.queryOptions({ input: on })).data?.evaluation ?? latest;
  const { words, diff, error } = useVersionDiff(on, evaluation);
  const changed = new Map((diff?.params ?? []).map((param) => [param.key, param]));
  const metrics = Object.keys(definition.metrics).length;
  const params = Object.entries(definition.params);
  return (
    <div className={page.columns}>
      <div className={page.column}>
        {definition.description ? <p style={{ margin: 0, whiteSpace: 'pre-line' }}>{definition.description}</p> : null}
        {error ? <Notice>{errorText(error)}</Notice> : null}
        <Section title="Metrics" amount={metrics || undefined}>
          {metrics === 0 ? (
            <Nothing>No metrics came with it.</Nothing>
          ) : (
            <MetricTable metrics={definition.metrics} diff={diff} rival={words} gates={evaluation?.gates ?? []} />
          )}
        </Section>
        <Section title="Data" amount={definition.data.length || undefined}>
          {definition.data.length === 0 ? (
            <Nothing>
              The run recorded no data. A script says what it reads with <code>assay.dataset("train.csv")</code>.
            </Nothing>
          ) : (
            <DataTable project={on.project} data={definition.data} diff={diff} rival={words} />
          )}
        </Section>
        {params.length > 0 ? (
          <Section title="Params" amount={params.length}>
            <TableBox>
              <tbody>
                {params.map(([key, value]) => {
                  const other = changed.get(key);
                  return (
                    <tr key={key}>
                      <td className={keyCell}>{key}</td>
                      <td>{jsonText(value)}</td>
                      {words ? (
                        <td className={page.better}>
                          {other && other.change === 'changed' ? `${jsonText(other.from)} in ${words}` : ''}
                          {other && other.change === 'added' ? `not in ${words}` : ''}
                        </td>
                      ) : null}
                    </tr>
                  );
                })}
              </tbody>
            </TableBox>
          </Section>
        ) : null}
      </div>
      <div className={page.column}>
        {gaps.length > 0 ? <Notice tone="info">{gaps.join('\n')}</Notice> : null}
        <OriginSection project={on.project} detail={detail} />
        <SignatureSection detail={detail} />
        <EnvironmentSection environment={definition.environment} />
      </div>
    </div>
  );
}

function SignatureSection({ detail: { definition } }: Pick<TabProps, 'detail'>) {
  const { signature, example } = definition;
  return (
    <Section title="Inputs and outputs">
      {signature ? (
        <TableBox most={300}>
          <tbody>
            {signature.inputs.map((field) => (
              <Fact key={`in ${fieldWords(field)}`} label="in">
                <code>{fieldWords(field)}</code>
              </Fact>
            ))}
            {signature.outputs.map((field) => (
              <Fact key={`out ${fieldWords(field)}`} label="out">
                <code>{fieldWords(field)}</code>
              </Fact>
            ))}
            {example ? (
              <Fact label="example">
                <code>{example}</code>
              </Fact>
            ) : null}
          </tbody>
        </TableBox>
      ) : (
        <Nothing>Not known: the files do not say, and no example input came with it.</Nothing>
      )}
    </Section>
  );
}
