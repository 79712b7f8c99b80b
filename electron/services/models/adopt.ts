import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ModelDefinition } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import { oneAtATime, taken, writeNewDefinition } from './changes.ts';
import { definitionText, digestOf, parseDefinitionFile } from './definition-file.ts';
import { finishVersion } from './finish.ts';
import { cardPath, definitionPath, signaturePath } from './layout.ts';
import { checkName, checkVersion } from './names.ts';
import type { ModelRegistry } from './ports.ts';
import type { Registry } from './registry.ts';

/**
 * Records a version that came from elsewhere with its definition as it was there; its bytes are in the store already. A version that is here
 * already is completed when it is the same one.
 * @throws AppError CONFLICT when another version has that number, NOT_FOUND when bytes are missing
 */
export async function adopt(
  registry: Registry,
  project: string,
  definition: ModelDefinition,
  { card, signature, from = {} }: Parameters<ModelRegistry['adopt']>[2],
): Promise<void> {
  const root = registry.rootOf(project);
  const name = checkName(definition.model);
  const version = checkVersion(definition.version);
  const text = definitionText(definition);
  // what is written must be what is read
  parseDefinitionFile(text, name, version);
  if (registry.commits(project)) await registry.deps.git.whoMayCommit(root);
  const missing = definition.files.find((file) => registry.fileOf(project, file) === null);
  if (missing) throw new AppError('NOT_FOUND', `${missing.path} of ${name} ${version} did not arrive. Pull it again.`);
  await oneAtATime(root, async () => {
    if (existsSync(join(root, definitionPath(name, version)))) {
      if (registry.read(project, name, version).digest !== digestOf(definition)) throw taken(name, version);
    } else writeNewDefinition(root, name, version, text);
    const more: string[] = [];
    for (const [path, content] of [
      [cardPath(name, version), card],
      [signaturePath(name, version), signature],
    ] as const) {
      if (content === null) continue;
      more.push(path);
      if (existsSync(join(root, path))) continue;
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileAtomic(join(root, path), content);
    }
    const known = registry.registration(project, name, version);
    await finishVersion(
      registry,
      project,
      name,
      version,
      known?.action === 'registered' ? 'registered' : 'pulled',
      more,
      known?.action === 'registered' ? {} : from,
    );
  });
}
