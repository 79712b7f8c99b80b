import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** The newest receipt of a version for a target. */
export const previousOf = (root: string, of: Pick<Receipt, 'target' | 'version'> & { name: string }): Receipt | null =>
  receiptsOf(root, of.name, of.version).find((receipt) => receipt.target === of.target) ?? null;

/** The newest receipt of each target that has a version verified there. */
export function lastReceipts(root: string, name: string, version: string): Receipt[] {
  const last = new Map<string, Receipt>();
  for (const receipt of receiptsOf(root, name, version))
    if (receipt.verified && !last.has(receipt.target)) last.set(receipt.target, receipt);
  return [...last.values()];
}

/** A receipt's file, from the project's folder. */
function pathOf({ model, version, target, at }: Receipt): string {
  const time = new Date(at).toISOString().replaceAll(/[-:.]/g, '');
  return `${receiptsPath(model, version)}/${target}-${time}.json`;
}

/** A receipt's path from the project's folder and the SHA-256 of its file; null when it lies elsewhere. */
export function fileOf(root: string, receipt: Receipt): { path: string; sha256: string } | null {
  const path = pathOf(receipt);
  const sha256 = sha256At(join(root, path));
  return sha256 === null ? null : { path, sha256 };
}

function sha256At(file: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return null;
  }
}

/** Writes a receipt; returns its path from the project's folder and the SHA-256 of its file. */
export function writeReceipt(root: string, receipt: Receipt): { path: string; sha256: string } {
  const path = pathOf(receipt);
  const text = `${JSON.stringify(receipt, null, 2)}\n`;
  makeFolder(join(root, dirname(path)));
  writeFileAtomic(join(root, path), text);
  return { path, sha256: createHash('sha256').update(text).digest('hex') };
}

/**
 * What is wrong with the receipts of a version: files that are none, such of another definition, and such that the log does not tell of.
 * @param told digests of the receipts that the log names
 */
export function receiptFindings(
  root: string,
  name: string,
  version: string,
  digest: string,
  told: ReadonlySet<unknown>,
): Finding[] {
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
    if (receipt.definition !== digest)
      return [finding(file, `This receipt is of another definition of ${name}@${version} than the one that is here.`)];
    if (told.has(sha256At(join(root, folder, file)))) return [];
    return [
      finding(
        file,
        `The audit log tells of no receipt with this content: it was changed, or its push was killed at the last moment. Take it back from git, or push ${name}@${version} to ${receipt.target} again.`,
      ),
    ];
  });
}
