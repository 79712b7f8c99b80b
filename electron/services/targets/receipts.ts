import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../shared/contract/models.ts';
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

/** What is wrong with the receipts of a version: files that are none, and such of another definition. */
export function receiptFindings(root: string, name: string, version: string, digest: string): Finding[] {
  const folder = receiptsPath(name, version);
  const finding = (file: string, message: string): Finding => ({
    severity: 'error',
    kind: 'receipt',
    where: `${folder}/${file}`,
    message,
  });
  return namesIn(join(root, folder)).flatMap((file) => {
    const receipt = Receipt.safeParse(readJson(join(root, folder, file))).data;
    if (!receipt || receipt.model !== name || receipt.version !== version)
      return [finding(file, `This is no receipt of ${name}@${version}. Take it back from git.`)];
    if (receipt.definition === digest) return [];
    return [finding(file, `This receipt is of another definition of ${name}@${version} than the one that is here.`)];
  });
}
