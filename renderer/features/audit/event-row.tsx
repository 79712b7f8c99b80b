import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { AuditEvent } from '../../../shared/contract/audit.ts';
import { formatAgo, formatDateTime } from '../../lib/format.ts';
import { ACTIONS, dataWords, overrideOf } from './action-words.ts';
import classes from './audit-page.module.css';

/** One event: when, who, what, about which version. Opened, it shows its line of the log as it is. */
export function EventRow({ project, event }: { project: string; event: AuditEvent }) {
  const [open, setOpen] = useState(false);
  const { word, tone } = ACTIONS[event.action];
  const at = Date.parse(event.at);
  const override = overrideOf(event);
  return (
    <li className={classes.event} data-override={override !== null || undefined}>
      <div className={classes.line}>
        <UnstyledButton
          className={classes.toggle}
          aria-expanded={open}
          aria-label={`The whole event of ${formatDateTime(at)}`}
          onClick={() => setOpen(!open)}
        >
          <IconChevronRight size={14} data-open={open || undefined} />
        </UnstyledButton>
        <time className={classes.time} dateTime={event.at} title={formatDateTime(at)}>
          {formatAgo(at)}
        </time>
        <span className={classes.action} data-tone={override === null ? tone : 'bad'}>
          {word}
          {override === null ? '' : ' with override'}
        </span>
        <span className={classes.subject}>
          {event.model && event.version ? (
            <Link
              to="/p/$project/models/$name/$version"
              params={{ project, name: event.model, version: event.version }}
              className={classes.link}
            >
              {event.model} {event.version}
            </Link>
          ) : (
            (event.model ?? '')
          )}
        </span>
        <span className={classes.actor} title={event.actor.email}>
          {event.actor.name}
        </span>
        <span className={classes.data}>
          {dataWords(event).map(({ key, value }) => (
            <span key={key}>
              <i>{key}</i> {value}
            </span>
          ))}
        </span>
      </div>
      {override === null ? null : <p className={classes.override}>Reason for the override: {override}</p>}
      {open ? <pre className={classes.raw}>{JSON.stringify(event, null, 2)}</pre> : null}
    </li>
  );
}
