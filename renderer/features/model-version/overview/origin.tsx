import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ModelDefinition, VersionDetail } from '../../../../shared/contract/models.ts';
import { formatCommand, formatDateTime, formatDuration, shortCommit } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Chip } from '../../../ui/models/marks.tsx';
import { Fact, Section, TableBox } from '../../../ui/section.tsx';
import page from '../version-page.module.css';

/** Who made it, of which run and which code. */
export function OriginSection({ project, detail: { definition, file } }: { project: string; detail: VersionDetail }) {
  const { run, code, author, owner, licence, created } = definition;
  return (
    <Section title="Origin">
      <TableBox>
        <tbody>
          <Fact label="Registered">
            {formatDateTime(Date.parse(created))} by {author.name}
          </Fact>
          <Fact label="Owner">{owner ?? <span className={page.muted}>nobody is named</span>}</Fact>
          <Fact label="Licence">{licence ?? <span className={page.muted}>not given</span>}</Fact>
          {run ? (
            <>
              <Fact label="Run">
                <Link to="/p/$project/runs/$run" params={{ project, run: run.id }}>
                  {run.name}
                </Link>{' '}
                <span className={page.muted}>
                  {run.experiment}
                  {run.startedAt !== null && run.endedAt !== null
                    ? `, ran for ${formatDuration(run.endedAt - run.startedAt)}`
                    : ''}
                </span>
              </Fact>
              {run.artifact ? (
                <Fact label="Artifact">
                  <Link
                    to="/p/$project/runs/$run"
                    params={{ project, run: run.id }}
                    search={{ tab: 'artifacts', file: run.artifact }}
                  >
                    {run.artifact}
                  </Link>
                </Fact>
              ) : null}
              {run.command.length > 0 ? (
                <Fact label="Command">
                  <code>{formatCommand(run.command)}</code>
                </Fact>
              ) : null}
            </>
          ) : null}
          {code?.commit ? (
            <Fact label="Code">
              <span className={page.withButton}>
                <code title={code.commit}>{shortCommit(code.commit)}</code>
                <CopyButton value={code.commit} label="Copy the commit" />
                {code.branch ? <span className={page.muted}>{code.branch}</span> : null}
                {code.dirty ? (
                  <Chip
                    tone="warn"
                    tip="The code had changes that no commit holds; the run's patch is kept as evidence"
                  >
                    with changes
                  </Chip>
                ) : null}
              </span>
            </Fact>
          ) : null}
          <Fact label="Definition">
            <code>{file}</code>
          </Fact>
        </tbody>
      </TableBox>
    </Section>
  );
}

const FEW = 6;

/** Interpreter, packages, machine. */
export function EnvironmentSection({ environment }: { environment: ModelDefinition['environment'] }) {
  const [all, setAll] = useState(false);
  if (!environment) return null;
  const { python, packages, os, gpus } = environment;
  if (!python && !os && packages.length === 0 && gpus.length === 0) return null;
  return (
    <Section
      title="Environment"
      tools={packages.length > 0 ? <CopyButton value={packages.join('\n')} label="Copy the packages" /> : undefined}
    >
      <TableBox>
        <tbody>
          {python ? <Fact label="Python">{python}</Fact> : null}
          {os ? <Fact label="System">{os}</Fact> : null}
          {gpus.length > 0 ? <Fact label="GPUs">{gpus.join(', ')}</Fact> : null}
          {packages.length > 0 ? (
            <Fact label="Packages">
              <code style={{ whiteSpace: 'pre-line' }}>{(all ? packages : packages.slice(0, FEW)).join('\n')}</code>
              {packages.length > FEW ? (
                <UnstyledButton
                  display="block"
                  fz="xs"
                  c="var(--assay-accent)"
                  aria-expanded={all}
                  onClick={() => setAll(!all)}
                >
                  {all ? 'Fewer' : `All ${packages.length}`}
                </UnstyledButton>
              ) : null}
            </Fact>
          ) : null}
        </tbody>
      </TableBox>
    </Section>
  );
}
