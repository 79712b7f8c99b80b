import { Button, Group, Modal, Select, Text, TextInput } from '@mantine/core';
import { IconBell, IconEye, IconKey, IconSend } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Channel, type Delivery, NotifyEvent } from '../../../shared/contract/notifications.ts';
import { api, client } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { formatAgo, plural } from '../../lib/format.ts';
import { LoadingBox } from '../../ui/loading.tsx';
import { notifyError } from '../../ui/notify.ts';
import classes from './targets-page.module.css';

const EVENT_WORDS: Record<NotifyEvent, string> = {
  request: 'review requested',
  decision: 'decision',
  push: 'push',
  'gate-failed': 'gate failed',
};
const TYPE_WORDS: Record<Channel['type'], string> = { slack: 'Slack', teams: 'Microsoft Teams', webhook: 'Webhook' };

/** Who is told about requests, decisions and pushes, and what is still on its way. */
export function ChannelList({ project }: { project: string }) {
  const query = useQuery(api.notifications.channels.queryOptions({ input: { project } }));
  const deliveries = useQuery(api.notifications.deliveries.queryOptions({ input: { project } }));
  const [open, setOpen] = useState<{ kind: 'preview' | 'address'; channel: Channel } | null>(null);
  if (!query.data)
    return query.error ? <p className={classes.problem}>{errorText(query.error)}</p> : <LoadingBox height={60} />;
  return (
    <>
      {query.data.problem ? <p className={classes.problem}>{query.data.problem}</p> : null}
      {query.data.channels.length === 0 && !query.data.problem ? (
        <p className={classes.hint}>
          Nobody is told. Add a channel to <code>assay.yaml</code>, for example{' '}
          <code>{'notify: {team: {type: slack, on: [request, push]}}'}</code>, then give its address here.
        </p>
      ) : null}
      {query.data.channels.map((channel) => (
        <ChannelRow
          key={channel.name}
          project={project}
          channel={channel}
          onPreview={() => setOpen({ kind: 'preview', channel })}
          onAddress={() => setOpen({ kind: 'address', channel })}
        />
      ))}
      <Deliveries project={project} deliveries={deliveries.data ?? []} />
      {open?.kind === 'preview' ? (
        <Preview project={project} channel={open.channel} onClose={() => setOpen(null)} />
      ) : open?.kind === 'address' ? (
        <Address project={project} channel={open.channel} onClose={() => setOpen(null)} />
      ) : null}
    </>
  );
}

type RowProps = { project: string; channel: Channel; onPreview: () => void; onAddress: () => void };

function ChannelRow({ project, channel, onPreview, onAddress }: RowProps) {
  const test = useMutation({ mutationFn: () => client.notifications.test({ project, channel: channel.name }) });
  return (
    <section className={classes.card} aria-label={channel.name}>
      <div className={classes.cardHead}>
        <span className={classes.icon}>
          <IconBell size={18} stroke={1.5} />
        </span>
        <h3 className={classes.name}>{channel.name}</h3>
        <span className={classes.type}>
          {TYPE_WORDS[channel.type]}: {channel.on.map((event) => EVENT_WORDS[event]).join(', ')}
        </span>
        <Group gap={4} className={classes.actions}>
          <Button variant="subtle" size="compact-sm" leftSection={<IconEye size={14} />} onClick={onPreview}>
            Preview
          </Button>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconSend size={14} />}
            loading={test.isPending}
            disabled={channel.secret === 'none'}
            onClick={() => test.mutate()}
          >
            Send a test
          </Button>
          <Button variant="subtle" size="compact-sm" leftSection={<IconKey size={14} />} onClick={onAddress}>
            Address
          </Button>
        </Group>
      </div>
      {channel.problem ? <p className={classes.problem}>{channel.problem}</p> : null}
      {test.data || test.error ? (
        <p className={classes.tested} data-ok={test.data?.ok || undefined} role="status">
          {test.data ? test.data.message : errorText(test.error)}
        </p>
      ) : null}
    </section>
  );
}

function Deliveries({ project, deliveries }: { project: string; deliveries: readonly Delivery[] }) {
  const open = deliveries.filter((one) => one.state !== 'sent');
  const retry = useMutation({
    mutationFn: (id: string) => client.notifications.retry({ project, id }),
    onError: (error) => notifyError('It was not sent', error),
  });
  if (open.length === 0) return null;
  return (
    <>
      <h3 className={classes.sub}>{plural(open.length, 'message')} not delivered</h3>
      <ul className={classes.deliveries}>
        {open.map((one) => (
          <li key={one.id}>
            <span>
              {one.title} <i>to {one.channel}</i>
            </span>
            <span className={classes.deliveryWhy}>
              {one.error ?? 'waiting'} · {plural(one.attempts, 'attempt')}
              {one.nextAt ? ` · next ${formatAgo(one.nextAt)}` : ''}
            </span>
            <Button variant="default" size="compact-xs" onClick={() => retry.mutate(one.id)}>
              Try now
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Preview({ project, channel, onClose }: { project: string; channel: Channel; onClose: () => void }) {
  const [event, setEvent] = useState<NotifyEvent>(channel.on[0] ?? 'request');
  const query = useQuery(api.notifications.preview.queryOptions({ input: { project, channel: channel.name, event } }));
  return (
    <Modal opened onClose={onClose} title={`What ${channel.name} would get`} size="lg" centered>
      <Select
        aria-label="Event"
        data={NotifyEvent.options.map((value) => ({ value, label: EVENT_WORDS[value] }))}
        value={event}
        onChange={(value) => value && setEvent(value as NotifyEvent)}
        allowDeselect={false}
        w={220}
        mb="sm"
      />
      {query.data ? <pre className={classes.body}>{query.data.body}</pre> : null}
      {query.error ? <p className={classes.problem}>{errorText(query.error)}</p> : null}
    </Modal>
  );
}

function Address({ project, channel, onClose }: { project: string; channel: Channel; onClose: () => void }) {
  const [address, setAddress] = useState('');
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (value: string | null) =>
      client.notifications.setAddress({ project, channel: channel.name, address: value }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.notifications.key() });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Address of ${channel.name}`} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(address);
        }}
      >
        <TextInput
          label="Webhook address"
          description="Whoever knows it can write there: it is kept like a password, never in the project."
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        {save.error ? (
          <Text size="sm" c="red" mt="sm" role="alert">
            {errorText(save.error)}
          </Text>
        ) : null}
        <Group justify="space-between" mt="lg">
          {channel.secret === 'none' ? (
            <span />
          ) : (
            <Button variant="subtle" color="red" onClick={() => save.mutate(null)}>
              Forget it
            </Button>
          )}
          <Button type="submit" loading={save.isPending} disabled={address === ''}>
            Keep
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
