import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../platform/log.ts';
import { createEvents } from '../events.ts';
import { createGit } from '../git/service.ts';
import { createAudit } from './service.ts';

/** A git repository with an audit log in a temporary place; `at(root)` opens another clone. */
export async function makeAuditWorld() {
  const home = mkdtempSync(join(tmpdir(), 'assay-audit-'));
  const git = createGit({ log: silentLog });
  const roots = new Map<string, string>();
  let now = Date.UTC(2026, 10, 24);
  const audit = createAudit({
    projects: { get: (id) => ({ root: roots.get(id)! }) },
    git,
    events: createEvents(),
    clock: { now: () => (now += 1000) },
  });
  const open = (id: string, root: string): string => {
    roots.set(id, root);
    return root;
  };
  const root = open('p', join(home, 'p'));
  mkdirSync(root);
  await git.init(root);
  appendFileSync(join(root, '.git/config'), '[user]\n\tname = Ada\n\temail = ada@example.invalid\n');
  return {
    home,
    root,
    git,
    audit,
    open,
    async dispose(): Promise<void> {
      await git.dispose();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
