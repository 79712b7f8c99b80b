import type { VersionDetail } from '../../../shared/contract/models.ts';
import { formatAgo, formatDateTime } from '../../lib/format.ts';
import { Chip } from '../../ui/models/marks.tsx';
import { Nothing } from '../../ui/section.tsx';
import classes from './history.module.css';
import page from './version-page.module.css';

const TONES: Record<string, string> = {
  approved: 'good',
  pushed: 'good',
  signed: 'good',
  rejected: 'bad',
  'push-failed': 'bad',
  erased: 'bad',
  deprecated: 'warn',
  requested: 'warn',
  'rolled-back': 'warn',
};

/** Everything that was done with the version, newest first; an override stays red. */
export function HistoryTab({ history }: { history: VersionDetail['history'] }) {
  if (history.length === 0)
    return (
      <div className={page.wide}>
        <Nothing>Nothing is recorded about this version.</Nothing>
      </div>
    );
  return (
    <ol className={classes.list} aria-label="History">
      {history.map((event) => (
        <li key={`${event.at} ${event.action} ${event.text}`} className={classes.event}>
          <span className={classes.dot} data-tone={event.override ? 'bad' : TONES[event.action]} aria-hidden />
          <span className={classes.when} title={formatDateTime(event.at)}>
            {formatAgo(event.at)}
          </span>
          <span className={classes.text}>
            <b className={classes.action}>{event.action.replaceAll('-', ' ')}</b>
            {event.override ? (
              <>
                {' '}
                <Chip tone="bad" look="solid">
                  override
                </Chip>
              </>
            ) : null}{' '}
            <span className={classes.words}>{event.text}</span>
          </span>
          <span className={classes.who}>{event.who}</span>
        </li>
      ))}
    </ol>
  );
}
