import { existsSync } from 'node:fs';
import { messageOf } from '../../../shared/errors.ts';
import { setAside } from './checkout.ts';
import { type Context, filesOf } from './context.ts';
import { objectPath } from './objects.ts';
import { portionsOf } from './pool.ts';
import type { Dataset } from './repo-files.ts';
import { fetch } from './transfer.ts';

export type Verified = {
  readonly path: string;
  readonly objects: number;
  readonly bytes: number;
  readonly missing: readonly string[];
  readonly damaged: readonly string[];
  /** how many of those a remote gave back */
  readonly repaired: number;
  /** why not all of them, when that was asked for */
  readonly notRepaired: string | null;
};

/**
 * Hashes every object of a dataset's version anew; damaged ones are set aside, so that nobody is handed them.
 * @param repair fetch what is missing or damaged from a remote; what is fetched is hashed on arrival
 */
export async function verifyDataset(context: Context, dataset: Dataset, repair: boolean): Promise<Verified> {
  const found = await hashObjects(context, dataset);
  const broken = [...found.missing, ...found.damaged];
  if (!repair || broken.length === 0) return { ...found, repaired: 0, notRepaired: null };
  let notRepaired: string | null = null;
  try {
    await fetch(context, [{ dataset, below: null }], null);
  } catch (error) {
    notRepaired = messageOf(error);
  }
  const { out } = dataset;
  const { cacheFolder } = context.repo.config;
  const repaired = broken.filter((hash) => existsSync(objectPath(cacheFolder, hash, out.legacy))).length;
  return { ...found, repaired, notRepaired };
}

async function hashObjects(
  context: Context,
  { path, out }: Dataset,
): Promise<Omit<Verified, 'repaired' | 'notRepaired'>> {
  const { repo, pool, stop, report } = context;
  if (out.hash === null) return { path, objects: 0, bytes: 0, missing: [], damaged: [] };
  const { cacheFolder } = repo.config;
  const missing: string[] = [];
  const damaged: string[] = [];
  let bytes = 0;
  const check = async (hashes: readonly string[]): Promise<void> => {
    let done = 0;
    await pool.inPortions(
      'verify',
      portionsOf(hashes.length, () => 0, 100),
      ([from, to]) => ({ hashes: hashes.slice(from, to), folder: cacheFolder, legacy: out.legacy }),
      stop,
      (output, [from, to]) => {
        missing.push(...output.missing);
        damaged.push(...output.damaged);
        bytes += output.bytes;
        done += to - from;
        report({ done, total: hashes.length, unit: 'files', label: `verifying ${path}` });
      },
    );
  };
  await check([out.hash]);
  const broken = missing.length + damaged.length > 0;
  const isFolder = out.hash.endsWith('.dir');
  const files =
    isFolder && !broken ? [...new Set(filesOf(cacheFolder, out.hash, out.legacy)!.map((file) => file.md5))] : [];
  if (isFolder) await check(files);
  for (const hash of damaged)
    if (existsSync(objectPath(cacheFolder, hash, out.legacy))) setAside(context, hash, out.legacy);
  return { path, objects: 1 + files.length, bytes, missing, damaged };
}
