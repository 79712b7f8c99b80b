import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCloudUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Target } from '../../../shared/contract/targets.ts';
import { api } from '../../lib/client.ts';
import { plural } from '../../lib/format.ts';
import { useProjectId } from '../../lib/use-project.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ChannelList } from './channel-list.tsx';
import { PullForm } from './pull-form.tsx';
import { RollbackForm } from './rollback-form.tsx';
import { SecretForm } from './secret-form.tsx';
import { TargetCard } from './target-card.tsx';
import { EXAMPLE_YAML, type SECRET_FIELDS } from './target-words.ts';
import classes from './targets-page.module.css';

type Open = { kind: 'secret' | 'pull'; target: Target } | { kind: 'rollback' } | null;

/** Where models are pushed to, and who is told about it. */
export function TargetsPage() {
  const project = useProjectId();
  const query = useQuery(api.targets.list.queryOptions({ input: { project } }));
  const [open, setOpen] = useState<Open>(null);
  const targets = query.data?.targets ?? [];
  return (
    <div className={classes.page}>
      <PageHeader title="Targets" detail={query.data ? plural(targets.length, 'target') : null}>
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={14} />}
          disabled={targets.length === 0}
          onClick={() => setOpen({ kind: 'rollback' })}
        >
          Roll back …
        </Button>
      </PageHeader>
      <div className={classes.scroll}>
        {query.data?.problem ? (
          <p className={classes.problem} role="alert">
            {query.data.problem}
          </p>
        ) : null}
        {query.data ? (
          targets.length === 0 && !query.data.problem ? (
            <EmptyState icon={<IconCloudUpload size={32} stroke={1.4} />} title="No target yet">
              Say in <code>assay.yaml</code> where models go; it is read again at once. Passwords never belong there:
              you sign in on this page.
              <pre className={classes.example}>{EXAMPLE_YAML}</pre>
            </EmptyState>
          ) : (
            <div className={classes.cards}>
              {targets.map((target) => (
                <TargetCard
                  key={target.name}
                  project={project}
                  target={target}
                  onSecret={() => setOpen({ kind: 'secret', target })}
                  onPull={() => setOpen({ kind: 'pull', target })}
                />
              ))}
            </div>
          )
        ) : query.error ? (
          <ErrorState
            title="The targets could not be listed"
            error={query.error}
            onRetry={() => void query.refetch()}
          />
        ) : (
          <LoadingRows rows={3} height={110} />
        )}
        <h2 className={classes.section}>Notifications</h2>
        <ChannelList project={project} />
      </div>
      {open?.kind === 'rollback' ? (
        <RollbackForm project={project} targets={targets} onClose={() => setOpen(null)} />
      ) : open?.kind === 'pull' ? (
        <PullForm project={project} target={open.target} onClose={() => setOpen(null)} />
      ) : open && hasSecret(open.target) ? (
        <SecretForm project={project} target={open.target} onClose={() => setOpen(null)} />
      ) : null}
    </div>
  );
}

function hasSecret(target: Target): target is Target & { type: keyof typeof SECRET_FIELDS } {
  return target.type !== 'folder';
}
