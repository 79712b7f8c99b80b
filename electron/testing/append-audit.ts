/** `node append-audit.ts ROOT COUNT`: appends events to a project's audit log, as another process of the same clone does. */
import { silentLog } from '../platform/log.ts';
import { createAudit } from '../services/audit/service.ts';
import { createEvents } from '../services/events.ts';
import { createGit } from '../services/git/service.ts';

const [root, count] = process.argv.slice(2) as [string, string];
const git = createGit({ log: silentLog });
const projects = { get: () => ({ root }) };
const audit = createAudit({ projects, git, events: createEvents(), clock: { now: () => Date.now() } });
for (let i = 0; i < Number(count); i++)
  await audit.append('p', { action: 'described', model: 'm', version: '1.0.0', data: { by: process.pid, i } });
await git.dispose();
