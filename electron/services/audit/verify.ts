import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../shared/contract/models.ts';
import type { GitService } from '../git/service.ts';
import { auditFolder } from '../models/layout.ts';
import { chainName, headOf, MAX_CHAIN_BYTES, writerOf } from './chain.ts';
import { type CheckedChain, checkChain, nameOf } from './check-chain.ts';
import { checkHistory, eventsOfAllBranches } from './check-history.ts';
import { checkReceipts } from './check-receipts.ts';
import { readKept } from './writer.ts';

export type AuditReport = { events: number; writers: number; head: string; findings: Finding[] };

type Git = Pick<GitService, 'fileHistory' | 'trackedFiles' | 'knownCommits' | 'committedFiles'>;

/** Checks the whole audit log of a project; an empty list of findings means that nothing was changed, as far as anybody kept what it was. */
export async function verifyAudit(root: string, git: Git): Promise<AuditReport> {
  const { chains, findings } = readChains(root);
  findings.push(...chains.flatMap((chain) => chain.findings), ...checkSeen(chains));
  findings.push(...(await checkHistory(root, git, chains)), ...(await checkKept(root, git, chains)));
  const heads = Object.fromEntries(
    chains.flatMap(({ writer, events }) => (events.length > 0 ? [[writer, events.at(-1)!.hash]] : [])),
  );
  const head = headOf(heads);
  findings.push(...checkReceipts(root, chains, head));
  return {
    events: chains.reduce((sum, { events }) => sum + events.length, 0),
    writers: chains.length,
    head,
    findings: unique(findings),
  };
}

function readChains(root: string): { chains: CheckedChain[]; findings: Finding[] } {
  const folder = auditFolder(root);
  const findings: Finding[] = [];
  const chains: CheckedChain[] = [];
  let names: string[] = [];
  try {
    names = readdirSync(folder).sort();
  } catch {
    // no event yet, or all of it was removed: what this clone kept will say so
  }
  for (const name of names) {
    const file = `models/audit/${name}`;
    const writer = writerOf(name);
    if (writer === null) {
      if (name !== '.gitattributes')
        findings.push({
          severity: 'warning',
          kind: 'audit',
          where: file,
          message: 'This file is no part of an audit log. Remove it.',
        });
      continue;
    }
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > MAX_CHAIN_BYTES)
      findings.push({
        severity: 'error',
        kind: 'audit',
        where: file,
        message: 'This is no file, or too large for an audit log: it was not read.',
      });
    else chains.push(checkChain(writer, file, readFileSync(path, 'utf8')));
  }
  return { chains, findings };
}

/** What a writer saw of the others must still be there. */
function checkSeen(chains: readonly CheckedChain[]): Finding[] {
  return chains.flatMap((by) =>
    by.events.flatMap((event) =>
      Object.entries(event.seen).flatMap(([writer, hash]) => {
        const chain = chains.find((one) => one.writer === writer);
        return chain?.hashes.has(hash)
          ? []
          : [
              cut(
                writer,
                chain,
                hash,
                `${by.file} saw it when it wrote its number ${event.seq} (${event.action} ${nameOf(event)})`,
              ),
            ];
      }),
    ),
  );
}

/** What this clone last wrote must still be there, unless git has put another branch into the working tree. */
async function checkKept(root: string, git: Git, chains: readonly CheckedChain[]): Promise<Finding[]> {
  const missing = Object.entries(readKept(root)).filter(
    ([writer, { hash }]) => !chains.find((one) => one.writer === writer)?.hashes.has(hash),
  );
  if (missing.length === 0) return [];
  const elsewhere = await eventsOfAllBranches(root, git);
  return missing.map(([writer, { hash, seq }]) => {
    const chain = chains.find((one) => one.writer === writer);
    const commit = elsewhere.get(hash);
    if (!commit)
      return cut(
        writer,
        chain,
        hash,
        'This clone kept the head of this chain when it last wrote (.assay/audit-head)',
        seq,
      );
    return {
      severity: 'warning',
      kind: 'audit',
      where: `models/audit/${chainName(writer)}`,
      message: `Number ${seq} of this chain is in commit ${commit.slice(0, 8)}, which this branch does not have. Merge it to have the whole log here.`,
    };
  });
}

function cut(writer: string, chain: CheckedChain | undefined, hash: string, who: string, seq?: number): Finding {
  const what = `an event with the hash ${hash.slice(0, 12)}…`;
  return {
    severity: 'error',
    kind: 'audit',
    where: chain ? `${chain.file}, line ${chain.lines.length + 1}` : `models/audit/${chainName(writer)}`,
    message: chain
      ? `${what[0]!.toUpperCase()}${what.slice(1)}${seq ? ` (number ${seq})` : ''} is not in this chain any more: its end was cut off, or it was rewritten. ${who}.`
      : `This chain is gone; it had ${what}. ${who}.`,
  };
}

/** The same loss is seen by every later event; one of each place is enough. */
function unique(findings: readonly Finding[]): Finding[] {
  const places = new Set<string>();
  return findings.filter(({ where, message }) => {
    const key = `${where} ${message.replace(/ \S+ saw it when .*| This clone kept .*/, '')}`;
    return !places.has(key) && places.add(key);
  });
}
