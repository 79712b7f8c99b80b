import pc from 'picocolors';
import type { CheckedOut } from '../services/datasets/checkout.ts';
import type { DatasetRow } from '../services/datasets/service.ts';
import type { DatasetStatus } from '../services/datasets/status.ts';
import type { Verified } from '../services/datasets/verify.ts';
import { bytes, printable } from './output.ts';

export const short = (hash: string | null): string => (hash === null ? '' : hash.slice(0, 8));
export const amount = (size: number, nfiles: number | null): string =>
  nfiles === null ? bytes(size) : `${nfiles} files, ${bytes(size)}`;

export function statusText(all: readonly DatasetStatus[]): string {
  if (all.length === 0) return 'No data is versioned yet. "assay data add PATH" begins to.';
  return all
    .map(({ path, state, files, now, size }) => {
      const name = state === 'unchanged' ? pc.green(state) : pc.yellow(state);
      const detail = files
        ? ` (${files.added.length} added, ${files.removed.length} removed, ${files.changed.length} changed)`
        : state === 'modified' && now
          ? ` (${bytes(size)} → ${bytes(now.size)})`
          : '';
      return `${name}  ${printable(path)}${pc.dim(detail)}`;
    })
    .join('\n');
}

export function checkoutText(all: readonly CheckedOut[]): string {
  return all
    .map(({ path, hash, written, removed, kept }) =>
      kept
        ? `${pc.yellow('Kept')} ${printable(path)}: it was changed.`
        : written + removed === 0
          ? `${printable(path)} is in place.`
          : `${pc.green('Put')} ${printable(path)} in place ${pc.dim(`(${short(hash)}, ${written} written, ${removed} removed)`)}`,
    )
    .join('\n');
}

export function transferText(
  what: string,
  where: string,
  all: readonly { remote: string; files: number; bytes: number }[],
): string {
  if (all.length === 0) return 'There is nothing to do.';
  return all
    .map(({ remote, files, bytes: size }) =>
      files === 0
        ? `Everything is in "${remote}" and here.`
        : `${what} ${files} objects (${bytes(size)}) ${where} "${printable(remote)}".`,
    )
    .join('\n');
}

export function descriptionText({ path, desc, type, labels, meta }: DatasetRow): string {
  const lines = [`${pc.bold(printable(path))}${type ? ` ${pc.dim(printable(type))}` : ''}`];
  if (desc) lines.push(...desc.split('\n').map(printable));
  if (labels.length > 0) lines.push(`labels: ${labels.map(printable).join(', ')}`);
  for (const [key, value] of Object.entries((meta ?? {}) as Record<string, unknown>))
    lines.push(`${printable(key)}: ${printable(typeof value === 'string' ? value : JSON.stringify(value))}`);
  return lines.join('\n');
}

export function verifiedText({
  path,
  objects,
  bytes: size,
  missing,
  damaged,
  repaired,
  notRepaired,
}: Verified): string {
  const broken = missing.length + damaged.length;
  if (broken === 0) return `${pc.green('sound')} ${printable(path)} ${pc.dim(`(${objects} objects, ${bytes(size)})`)}`;
  const found = `${printable(path)}: ${damaged.length} damaged (set aside), ${missing.length} missing`;
  if (repaired === broken) return `${pc.green('repaired')} ${found}; all of them were fetched again.`;
  return `${pc.red('broken')} ${found}. ${notRepaired === null ? '"assay data verify --repair" fetches them from a remote.' : printable(notRepaired)}`;
}
