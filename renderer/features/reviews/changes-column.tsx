import { Link } from '@tanstack/react-router';
import type { Evaluation } from '../../../shared/contract/gates.ts';
import type { VersionDetail, VersionDiff } from '../../../shared/contract/models.ts';
import { errorText } from '../../lib/errors.ts';
import { plural, shortCommit } from '../../lib/format.ts';
import { jsonText } from '../../lib/model-words.ts';
import { useVersionDiff } from '../../lib/use-version-diff.ts';
import { DataTable } from '../../ui/models/data-table.tsx';
import { Chip } from '../../ui/models/marks.tsx';
import { MetricTable } from '../../ui/models/metric-table.tsx';
import { Notice } from '../../ui/notice.tsx';
import { keyCell, Nothing, Section, TableBox } from '../../ui/section.tsx';
import { DataSummary } from './data-summary.tsx';
import classes from './review-page.module.css';

type On = { project: string; name: string; version: string };

/** What is different from the champion: numbers, params, data, code, packages, files. */
export function ChangesColumn({
  on,
  detail,
  evaluation,
}: {
  on: On;
  detail: VersionDetail;
  evaluation: Evaluation | null;
}) {
  const { rival, words, diff, error } = useVersionDiff(on, evaluation);
  const { definition } = detail;
  return (
    <div className={classes.column}>
      <Section
        title={rival ? `Against ${words}` : 'The first version'}
        detail={rival?.why === 'before' ? 'there is no other champion' : undefined}
        tools={
          rival ? (
            <Link
              to="/p/$project/models/$name/compare"
              params={{ project: on.project, name: on.name }}
              search={{ from: rival.version, to: on.version }}
              className={classes.small}
            >
              Compare everything
            </Link>
          ) : undefined
        }
      >
        {error ? <Notice>{errorText(error)}</Notice> : null}
        {Object.keys(definition.metrics).length === 0 ? (
          <Nothing>No metrics came with it.</Nothing>
        ) : (
          <MetricTable
            metrics={definition.metrics}
            diff={diff}
            rival={words}
            gates={evaluation?.gates ?? []}
            most={260}
          />
        )}
      </Section>
      {definition.data.length > 0 ? (
        <Section title="Data" amount={definition.data.length}>
          <DataTable project={on.project} data={definition.data} diff={diff} rival={words} />
          <DataSummary project={on.project} diff={diff} />
        </Section>
      ) : null}
      {diff && words ? <OtherChanges diff={diff} words={words} /> : null}
      {detail.gaps.length > 0 ? <Notice tone="info">{detail.gaps.join('\n')}</Notice> : null}
    </div>
  );
}

const MOST = 40;

function OtherChanges({ diff, words }: { diff: VersionDiff; words: string }) {
  const params = diff.params.filter((one) => one.change !== 'same');
  const packages = diff.packages.filter((one) => one.change !== 'same');
  const files = diff.files.filter((one) => one.change !== 'same');
  const rows = [
    ...params.map((one) => ({ what: 'param', key: one.key, from: jsonText(one.from), to: jsonText(one.to) })),
    ...diff.facts.map((one) => ({ what: 'model', key: one.label, from: one.from ?? '–', to: one.to ?? '–' })),
    ...packages.map((one) => ({ what: 'package', key: one.name, from: one.from ?? '–', to: one.to ?? '–' })),
  ];
  const code = diff.code;
  const sameCode = code.from === code.to;
  return (
    <Section title="Everything else" amount={rows.length || undefined}>
      <div className={classes.sentence}>
        {code.problem ??
          (code.from && code.to
            ? sameCode
              ? `The same code, ${shortCommit(code.to)}.`
              : `Code ${shortCommit(code.from)} → ${shortCommit(code.to)}: ${plural(code.files.length, 'file differs', 'files differ')}.`
            : 'The code of one of them is not known.')}{' '}
        {files.length === 0
          ? 'The same model files.'
          : `${plural(files.length, 'model file differs', 'model files differ')}.`}
      </div>
      {rows.length > 0 ? (
        <TableBox most={260}>
          <thead>
            <tr>
              <th aria-label="What" />
              <th>Changed</th>
              <th>{words}</th>
              <th>This version</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST).map((row) => (
              <tr key={`${row.what} ${row.key}`}>
                <td style={{ width: 70 }}>
                  <Chip>{row.what}</Chip>
                </td>
                <td className={keyCell}>{row.key}</td>
                <td>{row.from}</td>
                <td>{row.to}</td>
              </tr>
            ))}
          </tbody>
        </TableBox>
      ) : null}
      {rows.length > MOST ? <div className={classes.small}>and {rows.length - MOST} more</div> : null}
    </Section>
  );
}
