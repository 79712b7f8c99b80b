import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunDetail } from '../../shared/contract/runs.ts';
import { systemClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { createAudit } from '../services/audit/service.ts';
import { createEvents } from '../services/events.ts';
import { createGit } from '../services/git/service.ts';
import { createReader } from '../services/ingest/reader.ts';
import { createFacts } from '../services/models/facts.ts';
import { createModels } from '../services/models/service.ts';
import { createProjects } from '../services/projects/service.ts';
import { createRuns } from '../services/runs/service.ts';
import { makeProject, writeRun } from './make-project.ts';

/** A project in a real git repository with the registry of models and all that it stands on. */
export async function makeModelsWorld() {
  const made = makeProject();
  const { root } = made;
  made.db.close();
  const git = createGit({ log: silentLog });
  const events = createEvents();
  const clock = systemClock;
  const folder = join(root, '..', 'assay-home');
  mkdirSync(folder, { recursive: true });
  const projects = createProjects({ folder, keeper: createReader(), events, log: silentLog, clock });
  await git.init(root);
  const put = (path: string, text: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put(
    '.git/config',
    `${readFileSync(join(root, '.git/config'), 'utf8')}[user]\n\tname = "A. Person"\n\temail = a@example.invalid\n`,
  );
  put('.gitignore', '.assay/\n');
  const { id } = projects.open(root);
  const audit = createAudit({ projects, git, events, clock });
  const runs = createRuns({ projects, ingest: projects, events, log: silentLog, clock });
  const facts = createFacts();
  const deps = { projects, git, runs, audit, facts, events, clock, folder: join(folder, 'models') };
  const models = createModels(deps);
  return {
    root,
    id,
    deps,
    git,
    audit,
    runs,
    facts,
    models,
    events,
    projects,
    put,
    read: (path: string): string => readFileSync(join(root, path), 'utf8'),
    /** the real git, for what it makes of our repository */
    gitProgram: (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim(),
    /** A finished run with artifacts, as the SDK leaves it. */
    async run(
      artifacts: Record<string, string | Uint8Array>,
      what: Parameters<typeof writeRun>[1] = {},
    ): Promise<RunDetail> {
      const run = writeRun(root, what);
      for (const [path, content] of Object.entries(artifacts)) put(`.assay/runs/${run}/artifacts/${path}`, content);
      await projects.sync(id);
      return runs.get({ project: id, run });
    },
    async dispose(): Promise<void> {
      await models.dispose();
      await projects.dispose();
      await git.dispose();
      made.dispose();
    },
  };
}

export type ModelsWorld = Awaited<ReturnType<typeof makeModelsWorld>>;
