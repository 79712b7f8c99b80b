import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api } from '../../lib/client.ts';
import { useProjectId } from '../../lib/use-project.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingPage } from '../../ui/loading.tsx';
import { ApprovalMark, Chip } from '../../ui/models/marks.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { CardExcerpt } from './card-excerpt.tsx';
import { ChangesColumn } from './changes-column.tsx';
import { DecisionPanel } from './decision-panel.tsx';
import { GatesColumn } from './gates-column.tsx';
import classes from './review-page.module.css';
import { ReviewWarnings } from './review-warnings.tsx';

/** Everything that is needed to decide about a version, on one screen, and the decision at its end. */
export function ReviewPage() {
  const project = useProjectId();
  const { name = '', version = '' } = useParams({ strict: false });
  const on = useMemo(() => ({ project, name, version }), [project, name, version]);
  const review = useQuery(api.reviews.get.queryOptions({ input: on }));
  const detail = useQuery(api.models.get.queryOptions({ input: on }));
  const latest = useQuery(api.gates.latest.queryOptions({ input: on }));
  const error = review.error ?? detail.error;
  if (error)
    return (
      <ErrorState
        error={error}
        title="This review cannot be shown"
        onRetry={() => void Promise.all([review.refetch(), detail.refetch()])}
        action={
          <Link to="/p/$project/models" params={{ project }}>
            <Button component="span" variant="default">
              All models
            </Button>
          </Link>
        }
      />
    );
  if (!review.data || !detail.data) return <LoadingPage />;
  // what the request froze is what is decided about; before a request, what the gates said last
  const evaluation = review.data.evaluation ?? latest.data?.evaluation ?? null;
  const { row } = detail.data;
  return (
    <div className={classes.page}>
      <PageHeader
        title={
          <>
            Review{' '}
            <Link to="/p/$project/models/$name/$version" params={on} className={classes.titleLink}>
              {name} {version}
            </Link>
          </>
        }
        detail={
          <span className={classes.marks}>
            <ApprovalMark
              row={{
                approval: review.data.state,
                overridden: review.data.overridden,
                waitingFor: review.data.waitingFor,
              }}
            />
            {row.deprecated ? <Chip look="outlined">deprecated</Chip> : null}
          </span>
        }
      >
        <Link to="/p/$project/models/$name/$version" params={on}>
          <Button component="span" variant="default">
            The version
          </Button>
        </Link>
      </PageHeader>
      <div className={classes.body}>
        <div className={classes.columns}>
          <ChangesColumn on={on} detail={detail.data} evaluation={evaluation} />
          <div className={classes.column}>
            <ReviewWarnings review={review.data} detail={detail.data} outdated={latest.data?.outdated ?? null} />
            <GatesColumn on={on} evaluation={evaluation} frozen={review.data.evaluation !== null} />
            <CardExcerpt on={on} />
          </div>
        </div>
      </div>
      <DecisionPanel key={`${review.data.request?.at}`} on={on} review={review.data} evaluation={evaluation} />
    </div>
  );
}
