import { Link } from '@tanstack/react-router';
import type { Evaluation } from '../../../shared/contract/gates.ts';
import { formatAgo } from '../../lib/format.ts';
import { GateList } from '../../ui/models/gate-list.tsx';
import { VerdictMark } from '../../ui/models/marks.tsx';
import { Nothing, Section } from '../../ui/section.tsx';

type Props = {
  on: { project: string; name: string; version: string };
  evaluation: Evaluation | null;
  /** This is what the request froze. */
  frozen: boolean;
};

/** What the gates said, what does not pass first. */
export function GatesColumn({ on, evaluation, frozen }: Props) {
  return (
    <Section
      title="Gates"
      amount={evaluation?.gates.length}
      detail={
        evaluation ? (
          <>
            {frozen ? 'frozen' : 'checked'} {formatAgo(evaluation.at)} · {evaluation.digest.slice(0, 12)}
          </>
        ) : undefined
      }
      tools={evaluation ? <VerdictMark verdict={evaluation.verdict} /> : undefined}
    >
      {!evaluation ? (
        <Nothing>
          Its gates were never checked.{' '}
          <Link to="/p/$project/models/$name/$version" params={on} search={{ tab: 'gates' }}>
            To the gates
          </Link>
        </Nothing>
      ) : evaluation.gates.length === 0 ? (
        <Nothing>No gate is declared for {on.name}, so none could fail.</Nothing>
      ) : (
        <GateList key={evaluation.digest} project={on.project} gates={evaluation.gates} />
      )}
    </Section>
  );
}
