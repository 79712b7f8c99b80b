import type { RunDetail } from '../../../../shared/contract/runs.ts';
import { formatCommand, plural } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { useRunCommands } from '../use-run.ts';
import { DatasetsSection } from './datasets-section.tsx';
import { FactTable } from './fact-table.tsx';
import { MetricsTable } from './metrics-table.tsx';
import { ModelsSection } from './models-section.tsx';
import { NoteSection } from './note-section.tsx';
import classes from './overview.module.css';
import { OverviewCards } from './overview-cards.tsx';
import { RelatedSection } from './related-section.tsx';
import { Nothing, Section } from './section.tsx';

/** The run at a glance: what came out on the left, what went in and why on the right. */
export function OverviewTab({ project, run }: { project: string; run: RunDetail }) {
  const { update } = useRunCommands(project, run.id);
  return (
    <div className={classes.page}>
      <OverviewCards run={run} />
      <div className={classes.column}>
        <MetricsTable run={run} />
        <FactTable title="Summary" values={run.summary} />
        <DatasetsSection project={project} datasets={run.datasets} />
        {run.badLines > 0 ? (
          <Nothing>
            {plural(run.badLines, 'line')} of its log could not be read: torn when a process was killed, or not JSON.
            Everything else is here.
          </Nothing>
        ) : null}
      </div>
      <div className={classes.column}>
        <ModelsSection project={project} run={run.id} />
        <FactTable
          title="Params"
          values={run.params}
          empty="No params were logged. A script logs them with assay.params({…})."
        />
        <NoteSection note={run.note} onNote={(note) => update({ note })} />
        <CommandSection run={run} />
        <RelatedSection project={project} run={run} />
      </div>
    </div>
  );
}

function CommandSection({ run }: { run: RunDetail }) {
  const command = formatCommand(run.command);
  return (
    <Section title="Command">
      <div className={classes.command}>
        <code>{command || 'not recorded'}</code>
        {command ? <CopyButton value={command} label="Copy the command" /> : null}
      </div>
      {run.cwd ? (
        <div className={classes.where}>in {run.cwd === '.' ? "the project's folder" : <code>{run.cwd}</code>}</div>
      ) : null}
    </Section>
  );
}
