import { Badge, Button, Group } from '@mantine/core';
import {
  IconBox,
  IconBrandAws,
  IconCloudDownload,
  IconCloudUpload,
  IconFolder,
  IconKey,
  IconPlugConnected,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Receipt, Target } from '../../../shared/contract/targets.ts';
import { client } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { formatAgo, formatBytes, formatDateTime } from '../../lib/format.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { secretWords, TYPE_WORDS } from './target-words.ts';
import classes from './targets-page.module.css';

const ICON = { size: 20, stroke: 1.5 };
const ICONS: Record<Target['type'], ReactNode> = {
  mlflow: <IconCloudUpload {...ICON} />,
  oci: <IconBox {...ICON} />,
  huggingface: <IconCloudUpload {...ICON} />,
  s3: <IconBrandAws {...ICON} />,
  folder: <IconFolder {...ICON} />,
};

type Props = { project: string; target: Target; onSecret: () => void; onPull: () => void };

/** A target: where it is, what it demands, how we sign in, and what it was given last. */
export function TargetCard({ project, target, onSecret, onPull }: Props) {
  const test = useMutation({ mutationFn: () => client.targets.test({ project, target: target.name }) });
  return (
    <section className={classes.card} aria-label={target.name}>
      <div className={classes.cardHead}>
        <span className={classes.icon}>{ICONS[target.type]}</span>
        <h2 className={classes.name}>{target.name}</h2>
        <span className={classes.type}>{TYPE_WORDS[target.type]}</span>
        {target.requires === 'approved' ? (
          <Badge variant="outline" size="sm" color="gray">
            approved versions only
          </Badge>
        ) : null}
        <Group gap={4} className={classes.actions}>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlugConnected size={14} />}
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            Test
          </Button>
          {target.type === 'folder' ? null : (
            <Button variant="subtle" size="compact-sm" leftSection={<IconKey size={14} />} onClick={onSecret}>
              Sign in
            </Button>
          )}
          <Button variant="subtle" size="compact-sm" leftSection={<IconCloudDownload size={14} />} onClick={onPull}>
            Pull
          </Button>
        </Group>
      </div>
      <dl className={classes.facts}>
        <dt>Address</dt>
        <dd>
          <code>{target.url}</code>
        </dd>
        <dt>Secret</dt>
        <dd>{secretWords(target)}</dd>
        <dt>Last push</dt>
        <dd>{target.lastReceipt ? <Last project={project} receipt={target.lastReceipt} /> : 'nothing yet'}</dd>
      </dl>
      {target.problem ? (
        <p className={classes.problem} role="alert">
          {target.problem}
        </p>
      ) : null}
      {test.data || test.error ? (
        <p className={classes.tested} data-ok={test.data?.ok || undefined} role="status">
          {test.data ? test.data.message : errorText(test.error)}
        </p>
      ) : null}
    </section>
  );
}

function Last({ project, receipt }: { project: string; receipt: Receipt }) {
  return (
    <span className={classes.receipt}>
      <Link
        to="/p/$project/models/$name/$version"
        params={{ project, name: receipt.model, version: receipt.version }}
        search={{ tab: 'receipts' }}
        className={classes.link}
      >
        {receipt.model} {receipt.version}
      </Link>
      <span title={formatDateTime(receipt.at)}>{formatAgo(receipt.at)}</span>
      <span>{receipt.by}</span>
      <span>
        {formatBytes(receipt.bytes)} sent, {formatBytes(receipt.skippedBytes)} there before
      </span>
      <span data-verified={receipt.verified || undefined} className={classes.verified}>
        {receipt.verified ? 'read back, every digest right' : 'not verified'}
      </span>
      <span className={classes.ref}>
        <code title={receipt.ref}>{receipt.ref}</code>
        <CopyButton value={receipt.ref} label="Copy the reference" />
      </span>
    </span>
  );
}
