import { Button, Loader } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck, IconShieldQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../lib/client.ts';
import { errorText } from '../../lib/errors.ts';
import { plural } from '../../lib/format.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import classes from './audit-page.module.css';

/** Whether the chain holds, checked when the page opens and whenever the log changes; names every place where it does not. */
export function VerifyBand({ project }: { project: string }) {
  const { data, error, isFetching, refetch } = useQuery(api.audit.verify.queryOptions({ input: { project } }));
  const again = (
    <Button variant="default" size="compact-sm" loading={isFetching} onClick={() => void refetch()}>
      Verify again
    </Button>
  );
  if (error)
    return (
      <div className={classes.band} data-tone="bad" role="alert">
        <IconShieldQuestion size={18} /> <span className={classes.bandText}>{errorText(error)}</span> {again}
      </div>
    );
  if (!data)
    return (
      <div className={classes.band}>
        <Loader size={14} /> <span className={classes.bandText}>Checking every event of the log …</span>
      </div>
    );
  const errors = data.findings.filter((finding) => finding.severity === 'error');
  return (
    <div
      className={classes.band}
      data-tone={errors.length > 0 ? 'bad' : 'good'}
      role={errors.length > 0 ? 'alert' : 'status'}
    >
      {errors.length > 0 ? <IconAlertTriangle size={18} /> : <IconShieldCheck size={18} />}
      <div className={classes.bandText}>
        <strong>
          {errors.length > 0
            ? `The log was changed: ${plural(errors.length, 'finding')}`
            : `Intact: ${plural(data.events, 'event')} by ${plural(data.writers, 'writer')}`}
        </strong>
        <span className={classes.head}>
          head <code title={data.head}>{data.head.slice(0, 16)}</code>
          <CopyButton value={data.head} label="Copy the head" />
        </span>
        {data.findings.length > 0 ? (
          <ul className={classes.findings}>
            {data.findings.slice(0, 50).map((finding) => (
              <li key={`${finding.where} ${finding.message}`} data-severity={finding.severity}>
                <code>{finding.where}</code> {finding.message}
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      {again}
    </div>
  );
}
