import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { parallel } from '../../remotes/parallel.ts';
import type { DriverWork, OutgoingFile, Pulled } from '../driver.ts';
import { type Descriptor, parseManifest } from './manifest.ts';
import { CARD, DEFINITION, MODEL, SIGNATURE } from './media-types.ts';
import { pathsOf } from './pulled-paths.ts';
import { readFileOf, readText } from './read-blob.ts';
import { listReferrers, referrersOfType } from './referrers.ts';
import type { Registry } from './registry.ts';

/** The texts that travel beside a model. */
const MAX_TEXT = 16 * 1024 * 1024;
const JOBS = 4;

/**
 * A version with everything beside it, below an empty folder; every byte is checked on its way.
 * @param called the reference, for sentences
 * @throws AppError NOT_FOUND, BAD_REQUEST for what is no model or has hostile names, CONFLICT for other bytes than it says
 */
export async function pullModel(
  registry: Registry,
  { repository, tag, called }: { repository: string; tag: string; called: string },
  folder: string,
  work: DriverWork,
): Promise<Pulled> {
  const { signal } = work;
  const there = await registry.getManifest(repository, tag, 'pull', signal);
  if (!there)
    throw new AppError('NOT_FOUND', `${called} is not there. Look at what the registry has with another version.`);
  const manifest = parseManifest(there.text, called);
  if (manifest.artifactType !== MODEL)
    throw new AppError(
      'BAD_REQUEST',
      `${called} is no ModelPack. Only what was pushed as a model can be pulled as one.`,
    );
  const paths = pathsOf(manifest.layers, called);

  const listed = await listReferrers(registry, repository, there.digest, 'pull', signal);
  const newest = async (type: string): Promise<readonly Descriptor[]> =>
    (await referrersOfType(registry, repository, listed, type, 'pull', signal))[0]?.manifest.layers ?? [];
  const [definition, ...evidence] = await newest(DEFINITION);
  const evidencePaths = pathsOf(evidence, called);

  const bytes = [...manifest.layers, ...evidence].reduce((sum, { size }) => sum + size, 0);
  const { bavail, bsize } = statfsSync(folder);
  if (bytes > bavail * bsize)
    throw new AppError(
      'UNAVAILABLE',
      `${called} says that it has ${bytes} bytes; ${bavail * bsize} are free for ${folder}. Free some space and try again.`,
    );

  const fetch = async (
    layers: readonly Descriptor[],
    names: readonly string[],
    below: string,
  ): Promise<OutgoingFile[]> => {
    const files = layers.map((layer, index) => ({
      path: names[index]!,
      size: layer.size,
      sha256: layer.digest.slice('sha256:'.length),
      file: join(folder, below, ...names[index]!.split('/')),
    }));
    await parallel(files, JOBS, signal, async (file, stop) => {
      const layer = layers[files.indexOf(file)]!;
      await readFileOf(registry, repository, layer, file.file, {
        signal: stop,
        onBytes: (count) => work.onBytes(count, file.path),
      });
    });
    return files;
  };
  const text = async (layer: Descriptor | undefined): Promise<string | null> =>
    layer === undefined ? null : readText(registry, repository, layer, MAX_TEXT, { signal, onBytes: () => {} });

  return {
    definitionText: await text(definition),
    card: await text((await newest(CARD))[0]),
    signature: await text((await newest(SIGNATURE))[0]),
    files: await fetch(manifest.layers, paths, 'files'),
    evidence: await fetch(evidence, evidencePaths, 'evidence'),
  };
}
