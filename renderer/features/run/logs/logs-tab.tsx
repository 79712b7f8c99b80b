import { ActionIcon, Group, SegmentedControl, Switch } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { LogStream, RunDetail } from '../../../../shared/contract/runs.ts';
import { errorText } from '../../../lib/errors.ts';
import { formatBytes } from '../../../lib/format.ts';
import { saveFile } from '../../../lib/platform.ts';
import { useRemembered } from '../../../lib/remembered.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { LoadingRows } from '../../../ui/loading.tsx';
import { notifyError } from '../../../ui/notify.ts';
import { Tip } from '../../../ui/tip.tsx';
import { rowAt, shownRows } from './line-window.ts';
import { LogSearchBar } from './log-search-bar.tsx';
import { LogView } from './log-view.tsx';
import classes from './logs.module.css';
import { readWholeLog } from './read-whole-log.ts';
import { type LogSource, useLog } from './use-log.ts';
import { useLogSearch } from './use-log-search.ts';

/** What the open last line may hold at most, so that a log that is read whole says nothing about its place. */
const NEARLY = 65_536;

/** What the process wrote, as it writes it. */
export function LogsTab({ project, run }: { project: string; run: RunDetail }) {
  const { stdout, stderr } = run.logBytes;
  const [stream, setStream] = useState<LogStream>(stdout === 0 && stderr > 0 ? 'stderr' : 'stdout');
  const choice = (
    <SegmentedControl
      aria-label="Stream"
      value={stream}
      onChange={(value) => setStream(value as LogStream)}
      data={[
        { value: 'stdout', label: `stdout · ${formatBytes(stdout)}` },
        { value: 'stderr', label: `stderr · ${formatBytes(stderr)}` },
      ]}
    />
  );
  const source = { project, run: run.id, stream };
  return <OneLog key={`${run.id} ${stream}`} source={source} run={run} choice={choice} />;
}

function OneLog({ source, run, choice }: { source: LogSource; run: RunDetail; choice: React.ReactNode }) {
  const [wrap, setWrap] = useRemembered('run.logs.wrap', false);
  const [follow, setFollow] = useState(true);
  const live = run.status === 'running' || run.status === 'queued';
  const log = useLog(source, live, follow);
  const search = useLogSearch(source);
  const { offset } = search;
  const { window, openAt } = log;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new place moves the view, not each new piece of the log
  useEffect(() => {
    if (offset === null) return;
    setFollow(false);
    const rows = shownRows(window);
    if (offset < window.start || rowAt(rows, offset) < 0) void openAt(offset);
  }, [offset]);

  const size = Math.max(window.size, run.logBytes[source.stream]);
  return (
    <div className={classes.panel}>
      <div className={classes.bar}>
        {choice}
        <LogSearchBar search={search} />
        <div className={classes.space} />
        {live ? (
          <Switch label="Follow" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
        ) : null}
        <Switch label="Wrap" checked={wrap} onChange={(event) => setWrap(event.currentTarget.checked)} />
        <Download source={source} size={size} />
      </div>
      <Body log={log} live={live} status={run.status}>
        <LogView log={log} wrap={wrap} follow={follow} onFollow={setFollow} needle={search.text} active={offset} />
        <Place log={log} size={size} />
      </Body>
    </div>
  );
}

type BodyProps = {
  log: ReturnType<typeof useLog>;
  live: boolean;
  status: RunDetail['status'];
  children: React.ReactNode;
};

function Body({ log, live, status, children }: BodyProps) {
  const empty = shownRows(log.window).length === 0;
  if (!log.loaded) return <LoadingRows rows={16} height={18} />;
  if (log.error && empty)
    return <ErrorState error={log.error} title="The log could not be read" onRetry={() => void log.openEnd()} />;
  if (empty)
    return (
      <EmptyState title={live ? 'Nothing written yet' : 'Nothing was written'}>
        {status === 'queued'
          ? 'The run waits for its turn. Its output appears here as soon as it starts.'
          : live
            ? 'Lines appear here as the process writes them. Python holds output back unless it is flushed; Assay starts it unbuffered.'
            : 'The process wrote nothing to this stream. A script that was started outside of Assay writes to its own terminal.'}
      </EmptyState>
    );
  return children;
}

/** Where in the file the window is, and what went wrong with the last piece. */
function Place({ log, size }: { log: ReturnType<typeof useLog>; size: number }) {
  const { start, end } = log.window;
  if (log.error) return <div className={classes.note}>{errorText(log.error)}</div>;
  if (start === 0 && end >= size - NEARLY) return null;
  return (
    <div className={classes.note}>
      {placeText(start, Math.max(start, end), size)}
      {log.reading === null ? '' : ' Reading…'}
    </div>
  );
}

function placeText(start: number, end: number, size: number): string {
  const [part, whole] = [formatBytes(end - start), formatBytes(size)];
  if (end >= size - NEARLY) return `The last ${part} of ${whole}; scroll up for what is before.`;
  if (start === 0) return `The first ${part} of ${whole}; scroll down for more.`;
  return `${part} at ${Math.round((start / size) * 1000) / 10} % of ${whole}; scroll either way for more.`;
}

function Download({ source, size }: { source: LogSource; size: number }) {
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      saveFile(`${source.run}-${source.stream}.log`, await readWholeLog(source));
    } catch (error) {
      notifyError('The log could not be saved', error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Group>
      <Tip label={`Save this log (${formatBytes(size)})`}>
        <ActionIcon aria-label="Save this log" loading={busy} disabled={size === 0} onClick={() => void save()}>
          <IconDownload size={16} />
        </ActionIcon>
      </Tip>
    </Group>
  );
}
