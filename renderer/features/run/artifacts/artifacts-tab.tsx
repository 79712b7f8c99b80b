import { Button } from '@mantine/core';
import { IconDownload, IconFileOff, IconFiles } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Artifact, RunDetail } from '../../../../shared/contract/runs.ts';
import { rawAddress } from '../../../../shared/serving.ts';
import { formatBytes } from '../../../lib/format.ts';
import { looksLikeModel } from '../../../lib/model-words.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { SplitPane } from '../../../ui/split-pane.tsx';
import { RegisterRun } from '../register-run.tsx';
import { ArtifactList } from './artifact-list.tsx';
import { ArtifactPreview } from './artifact-preview.tsx';
import { mediaGroups } from './artifact-tree.ts';
import classes from './artifacts.module.css';
import { MediaSteps } from './media-steps.tsx';

/** What the script left behind: its files on the left, the chosen one on the right. The choice is in the address. */
export function ArtifactsTab({ project, run }: { project: string; run: RunDetail }) {
  const search: { file?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const groups = useMemo(() => mediaGroups(run.artifacts), [run.artifacts]);
  if (run.artifacts.length === 0)
    return (
      <EmptyState icon={<IconFiles size={32} stroke={1.5} />} title="No artifacts yet">
        A script keeps files with <code>assay.artifact("model.pt")</code>, pictures with <code>assay.image</code>,
        tables with <code>assay.table</code>.
      </EmptyState>
    );
  const picture = groups.find((one) => one.kind === 'image') ?? groups[0];
  const first = picture?.items.at(-1) ?? run.artifacts[0]!;
  const chosen = run.artifacts.find((one) => one.path === search.file) ?? (search.file ? null : first);
  const group = groups.find((one) => chosen && one.items.includes(chosen)) ?? null;
  const choose = (path: string): void => {
    void navigate({
      to: '/p/$project/runs/$run',
      params: { project, run: run.id },
      search: { tab: 'artifacts', file: path },
      replace: true,
    });
  };
  return (
    <SplitPane
      name="run.artifacts.split"
      initial={26}
      min={14}
      left={<ArtifactList artifacts={run.artifacts} groups={groups} chosen={chosen} onChoose={choose} />}
      right={
        chosen ? (
          <div className={classes.view}>
            <Bar project={project} run={run.id} artifact={chosen} />
            <div className={classes.body}>
              <ArtifactPreview key={group ? group.key : chosen.path} project={project} run={run.id} artifact={chosen} />
            </div>
            {chosen.caption ? <div className={classes.caption}>{chosen.caption}</div> : null}
            {group && group.items.length > 1 ? <MediaSteps group={group} chosen={chosen} onChoose={choose} /> : null}
          </div>
        ) : (
          <EmptyState icon={<IconFileOff size={32} stroke={1.5} />} title="This file is no longer there">
            Choose another one on the left.
          </EmptyState>
        )
      }
    />
  );
}

function Bar({ project, run, artifact }: { project: string; run: string; artifact: Artifact }) {
  return (
    <div className={classes.bar}>
      <span className={classes.path}>{artifact.path}</span>
      <CopyButton value={artifact.path} label="Copy the path" />
      <span className={classes.muted}>
        {formatBytes(artifact.size)}
        {artifact.step === null ? '' : ` · step ${artifact.step}`}
      </span>
      <span className={classes.space} />
      {looksLikeModel(artifact.path) ? (
        <RegisterRun project={project} run={run} artifact={artifact.path} size="compact-xs" />
      ) : null}
      <Button
        component="a"
        size="compact-xs"
        variant="default"
        leftSection={<IconDownload size={12} />}
        href={`${rawAddress({ project, run, path: artifact.path })}?download`}
        download={artifact.path.split('/').at(-1)}
      >
        Download
      </Button>
    </div>
  );
}
