import { Button, Checkbox, Group, Modal, Select, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { VersionDetail } from '../../../../shared/contract/models.ts';
import type { Receipt, Target } from '../../../../shared/contract/targets.ts';
import { api, client } from '../../../lib/client.ts';
import { errorText } from '../../../lib/errors.ts';
import { followJob } from '../../../lib/follow-job.ts';
import { JobProgress } from '../../../ui/job-progress.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { notifyError } from '../../../ui/notify.ts';
import { Nothing } from '../../../ui/section.tsx';
import type { VersionPlace } from '../use-version-place.ts';
import page from '../version-page.module.css';
import { PlanTable } from './plan-table.tsx';
import { ReceiptTable } from './receipt-table.tsx';

type Props = { place: VersionPlace; detail: VersionDetail };

/** Chooses a target, shows what would be sent, then sends it and shows the receipt. Open when the address says so. */
export function PushDialog({ place, detail }: Props) {
  const { on, search, go } = place;
  return (
    <Modal
      opened={search.push !== null}
      onClose={() => go({ push: undefined })}
      title={`Push ${on.name} ${on.version}`}
      size="xl"
      centered
    >
      <PushForm place={place} detail={detail} />
    </Modal>
  );
}

function PushForm({ place: { on, search, go }, detail }: Props) {
  const list = useQuery(api.targets.list.queryOptions({ input: { project: on.project } }));
  const targets = list.data?.targets ?? [];
  const chosen = targets.find((one) => one.name === search.push) ?? (targets.length === 1 ? targets[0] : undefined);
  const [modelkit, setModelkit] = useState(false);
  const [job, setJob] = useState<string | null>(null);
  const [running, setRunning] = useState(false);
  const [receipts, setReceipts] = useState<readonly Receipt[] | null>(null);
  const plan = useQuery({
    ...api.targets.plan.queryOptions({ input: chosen ? { ...on, target: chosen.name } : skipToken }),
    placeholderData: keepPreviousData,
    // what a target has changes without our knowing
    staleTime: 0,
  });
  const push = async (target: Target): Promise<void> => {
    setRunning(true);
    setReceipts(null);
    try {
      const started = await client.targets.push({ ...on, target: target.name, modelkit });
      setJob(started.job);
      if ((await followJob(started.job))?.state !== 'done') return;
      setReceipts((await client.targets.result({ job: started.job }))?.receipts ?? []);
      void plan.refetch();
    } catch (error) {
      notifyError('Nothing was pushed', error);
    } finally {
      setRunning(false);
    }
  };

  if (list.error) return <Notice tone="bad">{errorText(list.error)}</Notice>;
  if (!list.data) return <LoadingRows rows={4} />;
  if (list.data.problem) return <Notice tone="bad">{list.data.problem}</Notice>;
  if (targets.length === 0)
    return (
      <Nothing>
        <code>assay.yaml</code> names no target yet. The least one is a folder:{' '}
        <code>{'targets: {shelf: {type: folder, path: out}}'}</code>.{' '}
        <Link to="/p/$project/targets" params={{ project: on.project }}>
          About targets
        </Link>
      </Nothing>
    );
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <Group gap="sm" align="flex-end">
        <Select
          label="Target"
          placeholder="Choose where it goes"
          data={targets.map((one) => ({ value: one.name, label: `${one.name} · ${one.type} · ${one.url}` }))}
          value={chosen?.name ?? null}
          allowDeselect={false}
          disabled={running}
          style={{ flex: 1 }}
          onChange={(name) => {
            setReceipts(null);
            setJob(null);
            go({ push: name ?? '1' });
          }}
          data-autofocus
        />
        {chosen?.type === 'oci' ? (
          <Checkbox
            label="also as a KitOps ModelKit"
            checked={modelkit}
            disabled={running}
            onChange={(event) => setModelkit(event.currentTarget.checked)}
            mb={6}
          />
        ) : null}
      </Group>
      {chosen?.problem ? <Notice>{chosen.problem}</Notice> : null}
      {plan.error ? <Notice tone="bad">{errorText(plan.error)}</Notice> : null}
      {plan.data?.refusal && !plan.error ? (
        <Notice
          tone="bad"
          action={
            detail.row.approval === 'approved' ? undefined : (
              <Link to="/p/$project/models/$name/$version/review" params={on}>
                <Button component="span" size="compact-xs" variant="default">
                  Review
                </Button>
              </Link>
            )
          }
        >
          {plan.data.refusal}
        </Notice>
      ) : null}
      {chosen && plan.isPending ? <LoadingRows rows={5} /> : null}
      {plan.data && !plan.error && receipts === null ? <PlanTable plan={plan.data} /> : null}
      {job && receipts === null ? <JobProgress id={job} /> : null}
      {receipts ? (
        <>
          <Text size="sm" c="var(--assay-good)" fw={500} role="status">
            Pushed, and every digest was read back.
          </Text>
          <ReceiptTable on={on} receipts={receipts} />
        </>
      ) : null}
      <Group justify="flex-end" gap="xs">
        <span className={page.muted} style={{ flex: 1 }}>
          What is cut off goes on where it stopped when it is pushed again.
        </span>
        <Button variant="default" onClick={() => go({ push: undefined })}>
          {running ? 'Hide' : 'Close'}
        </Button>
        <Button
          leftSection={<IconUpload size={14} />}
          loading={running}
          disabled={!chosen || !plan.data || plan.data.refusal !== null || plan.error !== null}
          onClick={() => chosen && void push(chosen)}
        >
          {chosen ? `Push to ${chosen.name}` : 'Push'}
        </Button>
      </Group>
    </div>
  );
}
