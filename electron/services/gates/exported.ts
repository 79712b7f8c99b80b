import { chmod, constants, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ModelFile } from '../../../shared/contract/models.ts';
import { isSafe } from '../datasets/manifest.ts';
import type { RecordedVersion } from '../models/ports.ts';
import { Inconclusive } from './evaluator.ts';

/** A version's files beside each other, for a command: copies, which it may spoil without harm. */
export type Exported = { readonly folder: string; readonly example: string | null; remove(): Promise<void> };

/** @throws Inconclusive when a file is not on this machine */
export async function exportFiles(
  { definition }: RecordedVersion,
  fileOf: (file: ModelFile) => string | null,
): Promise<Exported> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-gate-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const put = async (file: ModelFile, below: string): Promise<string> => {
      const from = fileOf(file);
      if (from === null || !isSafe(file.path))
        throw new Inconclusive(`${file.path} is not on this machine. Fetch the model's files first.`);
      const to = join(folder, below, file.path);
      await mkdir(dirname(to), { recursive: true });
      await copyFile(from, to, constants.COPYFILE_FICLONE);
      await chmod(to, 0o644);
      return to;
    };
    for (const file of definition.files) await put(file, 'model');
    const example = definition.evidence.find(({ path }) => path === definition.example);
    return { folder: join(folder, 'model'), example: example ? await put(example, 'example') : null, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
