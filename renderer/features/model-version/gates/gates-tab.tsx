import { Button } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { skipToken, useQuery } from '@tanstack/react-query';
import { api } from '../../../lib/client.ts';
import { formatAgo, formatDateTime, plural } from '../../../lib/format.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import { GateList } from '../../../ui/models/gate-list.tsx';
import { VerdictMark } from '../../../ui/models/marks.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import page from '../version-page.module.css';
import type { TabProps } from '../version-page.tsx';
import { DeclaredGates } from './declared-gates.tsx';
import { EvaluationHistory } from './evaluation-history.tsx';

/** What the gates said: verdicts with numbers against bounds, whether that still holds, and what they said before. */
export function GatesTab({ place, commands }: TabProps) {
  const { on, search, go } = place;
  const latest = useQuery(api.gates.latest.queryOptions({ input: on }));
  const older = useQuery(
    api.gates.get.queryOptions({ input: search.evaluation ? { ...on, digest: search.evaluation } : skipToken }),
  );
  const check = (
    <Button
      variant="default"
      size="compact-xs"
      leftSection={<IconListCheck size={13} />}
      loading={commands.busy === 'check'}
      onClick={() => {
        go({ evaluation: undefined });
        void commands.check();
      }}
    >
      Check again
    </Button>
  );
  const error = latest.error ?? older.error;
  if (error)
    return (
      <ErrorState
        error={error}
        title="The gates' results cannot be shown"
        onRetry={() => void latest.refetch()}
        action={
          search.evaluation ? (
            <Button variant="default" onClick={() => go({ evaluation: undefined })}>
              The newest results
            </Button>
          ) : undefined
        }
      />
    );
  if (latest.data === undefined || (search.evaluation && !older.data)) return <LoadingRows />;
  const evaluation = older.data ?? latest.data?.evaluation;
  if (!evaluation)
    return (
      <div className={page.wide}>
        <EmptyState
          icon={<IconListCheck size={32} stroke={1.4} />}
          title="Its gates were never checked"
          action={
            <Button loading={commands.busy === 'check'} onClick={() => void commands.check()}>
              Check gates
            </Button>
          }
        >
          Gates compare its numbers with bounds and with the champion. They are declared in <code>assay.yaml</code>.
        </EmptyState>
        <DeclaredGates on={on} />
      </div>
    );
  const old = search.evaluation !== null && evaluation.digest !== latest.data?.evaluation.digest;
  return (
    <div className={page.wide}>
      {old ? (
        <Notice
          tone="info"
          action={
            <Button size="compact-xs" variant="default" onClick={() => go({ evaluation: undefined })}>
              The newest
            </Button>
          }
        >
          This is what the gates said on {formatDateTime(evaluation.at)}, as it was frozen then.
        </Notice>
      ) : latest.data?.outdated ? (
        <Notice action={check}>{latest.data.outdated}</Notice>
      ) : null}
      <Section
        title="Gates"
        amount={evaluation.gates.length}
        detail={
          <>
            checked {formatAgo(evaluation.at)} by {evaluation.by}
            {evaluation.champion ? `, against ${evaluation.champion.alias} ${evaluation.champion.version}` : ''} ·{' '}
            <code title={evaluation.digest}>{evaluation.digest.slice(0, 12)}</code>
          </>
        }
        tools={
          <>
            <VerdictMark verdict={evaluation.verdict} />
            {old || latest.data?.outdated ? null : check}
          </>
        }
      >
        {evaluation.gates.length === 0 ? (
          <Notice tone="info">
            No gate is declared for {on.name}, so there was nothing that could fail. Gates are declared in assay.yaml.
          </Notice>
        ) : (
          <GateList key={evaluation.digest} project={on.project} gates={evaluation.gates} />
        )}
        {evaluation.gates.length > 0 ? (
          <div className={page.muted} style={{ marginTop: 6 }}>
            ● value, with its interval · ◇ champion · | bound · green: allowed ·{' '}
            {plural(evaluation.gates.filter((gate) => gate.verdict === 'pass').length, 'gate')} of{' '}
            {evaluation.gates.length} pass
          </div>
        ) : null}
      </Section>
      <EvaluationHistory
        on={on}
        shown={evaluation.digest}
        onChoose={(digest) => go({ evaluation: digest === latest.data?.evaluation.digest ? undefined : digest })}
      />
    </div>
  );
}
