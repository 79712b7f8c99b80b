import { Button, Pagination, Select } from '@mantine/core';
import { IconDownload, IconHistory } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { AuditAction, type AuditEvent } from '../../../shared/contract/audit.ts';
import { api, client } from '../../lib/client.ts';
import { plural } from '../../lib/format.ts';
import { saveFile } from '../../lib/platform.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { notifyError } from '../../ui/notify.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { ACTIONS } from './action-words.ts';
import classes from './audit-page.module.css';
import { EventRow } from './event-row.tsx';
import { useAuditPlace } from './use-audit-place.ts';
import { VerifyBand } from './verify-band.tsx';

const MOST_AT_ONCE = 1000;

/** Everything that was ever done to the registry, by whom, and whether the log still says what it said. */
export function AuditPage() {
  const place = useAuditPlace();
  const { project } = place;
  const query = useQuery(api.audit.log.queryOptions({ input: place.input, placeholderData: keepPreviousData }));
  const models = useQuery(api.models.list.queryOptions({ input: { project } })).data?.models ?? [];
  const save = useMutation({
    mutationFn: () => everyEvent(place.input),
    onSuccess: (events) =>
      saveFile(
        'audit.ndjson',
        new Blob(
          events.map((event) => `${JSON.stringify(event)}\n`),
          { type: 'text/plain' },
        ),
      ),
    onError: (error) => notifyError('The log was not exported', error),
  });
  const filtered = place.model !== null || place.action !== null;
  return (
    <div className={classes.page}>
      <PageHeader title="Audit log" detail={query.data ? plural(query.data.total, 'event') : null}>
        <Select
          aria-label="Model"
          placeholder="Every model"
          data={models.map((model) => model.name)}
          value={place.model}
          onChange={(model) => place.go({ model })}
          searchable
          clearable
          w={170}
        />
        <Select
          aria-label="Action"
          placeholder="Every action"
          data={AuditAction.options.map((value) => ({ value, label: ACTIONS[value].word }))}
          value={place.action}
          onChange={(action) => place.go({ action: action as AuditAction | null })}
          searchable
          clearable
          w={170}
        />
        <Button
          variant="default"
          leftSection={<IconDownload size={14} />}
          loading={save.isPending}
          disabled={!query.data || query.data.total === 0}
          onClick={() => save.mutate()}
        >
          Export
        </Button>
      </PageHeader>
      <VerifyBand project={project} />
      <div className={classes.body}>
        {query.data ? (
          query.data.events.length === 0 ? (
            <EmptyState
              icon={<IconHistory size={32} stroke={1.4} />}
              title={filtered ? 'No event fits' : 'Nothing has happened yet'}
              action={
                filtered ? (
                  <Button variant="default" onClick={() => place.go({ model: null, action: null })}>
                    Show every event
                  </Button>
                ) : null
              }
            >
              {filtered
                ? null
                : 'Every registration, review, decision, push and roll-back becomes a line here, chained to the line before it.'}
            </EmptyState>
          ) : (
            <ul className={classes.events} aria-label="Events, newest first">
              {query.data.events.map((event) => (
                <EventRow key={event.hash} project={project} event={event} />
              ))}
            </ul>
          )
        ) : query.error ? (
          <ErrorState title="The log could not be read" error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <LoadingRows rows={10} height={34} />
        )}
      </div>
      {query.data && place.pages(query.data.total) > 1 ? (
        <div className={classes.pager}>
          <Pagination
            size="sm"
            total={place.pages(query.data.total)}
            value={place.page + 1}
            onChange={(page) => place.go({ page: page - 1 })}
          />
        </div>
      ) : null}
    </div>
  );
}

async function everyEvent(input: Parameters<typeof client.audit.log>[0]): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for (;;) {
    const page = await client.audit.log({ ...input, offset: events.length, limit: MOST_AT_ONCE });
    events.push(...page.events);
    if (page.events.length === 0 || events.length >= page.total) return events;
  }
}
