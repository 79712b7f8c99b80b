import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../shared/contract/models.ts';
import type { GitService } from '../git/service.ts';
import { linesOf } from './chain.ts';
import type { CheckedChain } from './check-chain.ts';

/** A chain only grows, so the last states hold what the earlier ones held. */
const VERSIONS = 50;
const COMMITS = 2000;

type Git = Pick<GitService, 'fileHistory' | 'trackedFiles' | 'knownCommits' | 'committedFiles'>;

/** Every state of a chain that a commit of this branch has must be the beginning of what is there now. */
export async function checkHistory(root: string, git: Git, chains: readonly CheckedChain[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const found = (where: string, message: string): void => {
    findings.push({ severity: 'error', kind: 'audit', where, message });
  };
  for (const path of await git.trackedFiles(root, 'models/audit', 10_000)) {
    const file = path.slice(path.lastIndexOf('models/audit/'));
    if (file.endsWith('.ndjson') && !existsSync(join(root, file)))
      found(
        file,
        'This chain is committed in git, but its file is gone. "git checkout -- models/audit" brings it back.',
      );
  }
  for (const { file, lines } of chains) {
    const seen = new Set<string>();
    for (const { commit, text } of await git.fileHistory(root, file, VERSIONS)) {
      if (text === null) {
        found(file, `Commit ${commit.slice(0, 8)} removed this chain.`);
        continue;
      }
      const before = linesOf(text).lines;
      const different = before.findIndex((line, index) => line !== lines[index]);
      if (different < 0) continue;
      const cut = different >= lines.length;
      const where = `${file}, line ${different + 1}`;
      // the same change shows in every later commit; the newest that still has it says it best
      if (seen.has(where) || seen.has('cut')) continue;
      seen.add(cut ? 'cut' : where);
      found(
        where,
        cut
          ? `Commit ${commit.slice(0, 8)} has ${before.length} lines of this chain, here are ${lines.length}: its end was cut off.`
          : `This line is not the one of commit ${commit.slice(0, 8)}: the chain was rewritten from here on.`,
      );
    }
  }
  return findings;
}

/** hash of each event that some commit of any branch, tag or reflog has → that commit. Asked only when something is missing here. */
export async function eventsOfAllBranches(root: string, git: Git): Promise<ReadonlyMap<string, string>> {
  const { commits } = await git.knownCommits(root);
  const { files } = await git.committedFiles(
    root,
    commits.slice(0, COMMITS),
    '(^|/)models/audit/[0-9a-f]{16}\\.ndjson$',
  );
  const hashes = new Map<string, string>();
  for (const { text, commit } of files)
    for (const [, hash] of text.matchAll(/"hash":"([0-9a-f]{64})"/g)) if (!hashes.has(hash!)) hashes.set(hash!, commit);
  return hashes;
}
