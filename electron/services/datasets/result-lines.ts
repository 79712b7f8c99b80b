import { formatBytes } from '../../../shared/format-bytes.ts';
import type { CheckedOut } from './checkout.ts';
import type { Collected } from './collect.ts';
import type { Added } from './service.ts';
import type { Transferred } from './transfer.ts';
import type { Verified } from './verify.ts';

/** Sentences about what was done, for the page and the terminal. */

const amount = (size: number, nfiles: number | null): string =>
  nfiles === null ? formatBytes(size) : `${nfiles} files, ${formatBytes(size)}`;

export function addedLine({ path, hash, size, nfiles, changed, lacks }: Added): string {
  const what = changed
    ? `Added ${path} (${hash.slice(0, 8)}, ${amount(size, nfiles)}).`
    : `${path} is recorded as it is.`;
  return lacks.length === 0 ? what : `${what} assay.yaml asks for ${lacks.join(', ')}: describe it.`;
}

export function checkedOutLine({ path, hash, written, removed, kept }: CheckedOut): string {
  if (kept) return `${path} was changed and is left as it is.`;
  return written + removed === 0
    ? `${path} is in place.`
    : `Put ${path} in place (${hash.slice(0, 8)}, ${written} written, ${removed} removed).`;
}

export function transferredLine(what: string, where: string, { remote, files, bytes }: Transferred): string {
  return files === 0
    ? `Everything is in "${remote}" and here.`
    : `${what} ${files} objects (${formatBytes(bytes)}) ${where} "${remote}".`;
}

export function verifiedLine({ path, objects, bytes, missing, damaged, repaired }: Verified): string {
  const left = missing.length + damaged.length - repaired;
  if (missing.length + damaged.length === 0)
    return `${path}: ${objects} objects, ${formatBytes(bytes)}, all as recorded.`;
  const found = `${path}: ${missing.length} missing, ${damaged.length} damaged (set aside)`;
  return repaired === 0
    ? `${found}.`
    : left === 0
      ? `${found}; all fetched again.`
      : `${found}; ${repaired} fetched again, ${left} still missing.`;
}

export function collectedLines({ plan, trash }: Collected): string[] {
  if (plan.unreadable.length > 0)
    return ['Nothing was collected: something that may need it cannot be read.', ...plan.unreadable];
  if (trash === null) return ['Everything in the cache is needed.'];
  return [
    `Moved ${plan.objects} objects (${formatBytes(plan.bytes)}) to the trash, where they take the same space for 14 days. Until then they can be restored, or deleted to free it.`,
  ];
}
