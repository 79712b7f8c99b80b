import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Receipt } from '../../../shared/contract/targets.ts';
import { makeFolder, readJson, writeFileAtomic } from '../../platform/files.ts';
import { receiptsPath } from '../models/layout.ts';

/** Names of what is in a folder; empty when it is not there. */
const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** Receipts of a version, newest first. Files that are no receipt of this version are left out; `verify` of models names them. */
export function receiptsOf(root: string, name: string, version: string): Receipt[] {
  const folder = join(root, receiptsPath(name, version));
  return namesIn(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => Receipt.safeParse(readJson(join(folder, file))).data ?? [])
    .filter((receipt) => receipt.model === name && receipt.version === version)
    .sort((a, b) => b.at - a.at);
}

/** The newest receipt of each target that has a version verified there; `definition` leaves out those of another definition. */
export function lastReceipts(root: string, name: string, version: string): Receipt[] {
  const last = new Map<string, Receipt>();
  for (const receipt of receiptsOf(root, name, version))
    if (receipt.verified && !last.has(receipt.target)) last.set(receipt.target, receipt);
  return [...last.values()];
}

/** Names of the targets that have a version, by their last verified receipt: `VersionRow.pushedTo`. */
export const pushedTo = (root: string, name: string, version: string): string[] =>
  lastReceipts(root, name, version)
    .map(({ target }) => target)
    .sort();

/** Writes a receipt; returns its path from the project's folder and the SHA-256 of its file. */
export function writeReceipt(root: string, receipt: Receipt): { path: string; sha256: string } {
  const folder = receiptsPath(receipt.model, receipt.version);
  const time = new Date(receipt.at).toISOString().replaceAll(/[-:.]/g, '');
  const path = `${folder}/${receipt.target}-${time}.json`;
  const text = `${JSON.stringify(receipt, null, 2)}\n`;
  makeFolder(join(root, folder));
  writeFileAtomic(join(root, path), text);
  return { path, sha256: createHash('sha256').update(text).digest('hex') };
}
