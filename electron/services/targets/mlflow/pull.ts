import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { ModelDefinition, type ModelFile } from '../../../../shared/contract/models.ts';
import { AppError } from '../../../../shared/errors.ts';
import { formatBytes } from '../../../../shared/format-bytes.ts';
import { writeError } from '../../../platform/files.ts';
import { arrive, MAX_FILES, MAX_TEXT, pathBelow } from '../arriving.ts';
import type { DriverWork, OutgoingFile, Pulled } from '../driver.ts';
import { openArtifact, proxyPath, readText } from './artifacts.ts';
import { numbered } from './names.ts';
import { ASSAY, MODEL } from './pieces.ts';
import { allVersions } from './registry.ts';
import type { Rest } from './rest.ts';
import { getRun } from './tracking.ts';

/** Fetches exactly the files that the definition names, each at most as large as it says. */
export async function pullVersion(
  rest: Rest,
  name: string,
  version: string,
  folder: string,
  { onBytes }: DriverWork,
): Promise<Pulled> {
  const there = numbered(await allVersions(rest, name), name, version, rest.address);
  const root = proxyPath((await getRun(rest, there.run_id)).artifact_uri, rest);
  const text = (path: string): Promise<string | null> => readText(rest, `${root}/${ASSAY}/${path}`, MAX_TEXT);
  const definitionText = await text('definition.yaml');
  const definition = parse(definitionText);
  if (!definition)
    throw new AppError(
      'CONFLICT',
      `${rest.address} has no readable definition of ${name}@${version} in the artifacts of its run. Push it again from where it was made.`,
    );
  const all = [...definition.files, ...definition.evidence];
  if (all.length > MAX_FILES)
    throw new AppError('CONFLICT', `${name}@${version} has ${all.length} files, more than Assay takes.`);
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  const { bavail, bsize } = statfsSync(folder);
  if (bytes > bavail * bsize)
    throw new AppError(
      'UNAVAILABLE',
      `${name}@${version} says that it has ${formatBytes(bytes)}, which this disk has no room for. Free some space, then pull again.`,
    );

  const fetch = async (below: string, files: readonly ModelFile[], into: string): Promise<OutgoingFile[]> => {
    const to = join(folder, into);
    try {
      mkdirSync(to, { recursive: true });
    } catch (error) {
      throw writeError(to, error);
    }
    // before anything is asked for: an address with .. in it leads to other files there
    for (const { path } of files) pathBelow(to, path);
    const came: OutgoingFile[] = [];
    for (const { path, size } of files) {
      const stream = await openArtifact(rest, `${root}/${below}/${path}`, size);
      if (!stream)
        throw new AppError('CONFLICT', `${rest.address} lacks ${JSON.stringify(path)} of ${name}@${version}.`);
      came.push(await arrive(to, path, size, stream, (count) => onBytes(count, path)));
    }
    return came;
  };
  return {
    definitionText,
    files: await fetch(MODEL, definition.files, 'model'),
    evidence: await fetch(`${ASSAY}/evidence`, definition.evidence, 'evidence'),
    card: await text('card.md'),
    signature: await text('model.sig'),
  };
}

/** Null for what is no definition; the engine compares it with what it asked for. */
function parse(text: string | null): ModelDefinition | null {
  if (text === null) return null;
  try {
    const document = parseDocument(text, { strict: true, uniqueKeys: true, logLevel: 'silent' });
    return document.errors.length > 0
      ? null
      : (ModelDefinition.safeParse(document.toJS({ maxAliasCount: 100 })).data ?? null);
  } catch {
    return null;
  }
}
