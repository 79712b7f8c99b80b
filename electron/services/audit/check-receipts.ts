import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../shared/contract/models.ts';
import { modelsFolder } from '../models/layout.ts';
import { GENESIS, headOf } from './chain.ts';
import type { CheckedChain } from './check-chain.ts';

const MAX_BYTES = 1_000_000;

/**
 * A receipt names the head that the log had when it was pushed; that head went to the target as well. It must be one that the chains had, as the
 * events around it tell: the writer's own line before or at an event, and what it saw of the others.
 */
export function checkReceipts(root: string, chains: readonly CheckedChain[], head: string): Finding[] {
  const receipts = receiptsIn(root);
  if (receipts.length === 0) return [];
  const heads = new Set([head, GENESIS]);
  for (const { events } of chains)
    for (const { writer, prev, hash, seen } of events) {
      heads.add(headOf({ ...seen, [writer]: hash }));
      heads.add(headOf(prev === GENESIS ? seen : { ...seen, [writer]: prev }));
    }
  return receipts.flatMap(({ file, auditHead }) =>
    heads.has(auditHead)
      ? []
      : [
          {
            severity: 'error' as const,
            kind: 'audit' as const,
            where: file,
            message: `This receipt names the audit head ${auditHead.slice(0, 12)}…, which these chains never had: events from before the push were changed or cut off, or are not merged here.`,
          },
        ],
  );
}

function receiptsIn(root: string): { file: string; auditHead: string }[] {
  const folders = (path: string): string[] => {
    try {
      return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    } catch {
      return [];
    }
  };
  const top = modelsFolder(root);
  return folders(top).flatMap((model) =>
    folders(join(top, model)).flatMap((version) => {
      const folder = join(top, model, version, 'receipts');
      let names: string[] = [];
      try {
        names = readdirSync(folder);
      } catch {
        return [];
      }
      return names.flatMap((name) => {
        const auditHead = name.endsWith('.json') ? headIn(join(folder, name)) : null;
        return auditHead === null ? [] : [{ file: `models/${model}/${version}/receipts/${name}`, auditHead }];
      });
    }),
  );
}

function headIn(path: string): string | null {
  try {
    if (statSync(path).size > MAX_BYTES) return null;
    const value = (JSON.parse(readFileSync(path, 'utf8')) as { auditHead?: unknown }).auditHead;
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
