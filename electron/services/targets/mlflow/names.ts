import { AppError } from '../../../../shared/errors.ts';
import type { OutgoingVersion } from '../driver.ts';
import { cut, DESCRIPTION, tagText } from './keys.ts';
import type { RegisteredVersion } from './registry.ts';
import { DEFINITION } from './tracking.ts';

export const VERSION = 'assay.version';

/** What Assay writes on a version of the registry. */
export const tagsOf = ({
  definition,
  digest,
  signature,
  approval,
  auditHead,
}: OutgoingVersion): Record<string, string> => ({
  [DEFINITION]: digest,
  [VERSION]: definition.version,
  'assay.digest': `sha256:${digest}`,
  'assay.approval': tagText(approval ?? 'none'),
  'assay.signature': signature === null ? 'none' : 'assay/model.sig',
  'assay.audit_head': tagText(auditHead),
  ...(definition.code?.commit ? { 'assay.commit': tagText(definition.code.commit) } : {}),
  ...(definition.licence ? { 'assay.licence': tagText(definition.licence) } : {}),
});

/** The card as a description: without its front matter, and no longer than databases hold. */
export const descriptionOf = (card: string): string =>
  cut(card.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, '').trim(), DESCRIPTION);

export const refOf = (name: string, version: string): string => `models:/${name}/${version}`;

/**
 * The registry's version that holds this one; null when there is none yet.
 * @throws AppError CONFLICT when it has this version with another definition
 */
export function sameVersion(
  versions: readonly RegisteredVersion[],
  { definition, digest }: OutgoingVersion,
  address: string,
): RegisteredVersion | null {
  const here = versions.filter(({ tags }) => tags.get(VERSION) === definition.version);
  const same = here.findLast(({ tags }) => tags.get(DEFINITION) === digest);
  if (same || here.length === 0) return same ?? null;
  throw new AppError(
    'CONFLICT',
    `${address} has another ${definition.model}@${definition.version} already (its version ${here[0]!.version}), with other files or evidence. A version never changes: register yours under another number.`,
  );
}

/** The registry's version of this number of Assay's. @throws AppError NOT_FOUND */
export function numbered(versions: readonly RegisteredVersion[], name: string, version: string, address: string) {
  const found = versions.findLast(({ tags }) => tags.get(VERSION) === version && tags.has(DEFINITION));
  if (found) return found;
  throw new AppError('NOT_FOUND', `${address} does not have ${name}@${version}. Push it there first.`);
}

/** @throws AppError BAD_REQUEST for names that MLflow keeps for itself, or paths that its proxy refuses or changes */
export function checkNames({ aliases, files, evidence }: OutgoingVersion): void {
  const alias = aliases.find((one) => one === 'latest' || /^v\d+$/i.test(one));
  if (alias)
    throw new AppError(
      'BAD_REQUEST',
      `MLflow keeps the alias "${alias}" for itself. Name the aliases to set there with --alias, or give it another name.`,
    );
  // the proxy decodes paths again and again, and reads # as the end
  const file = [...files, ...evidence].find(({ path }) => /[#%\\]/.test(path));
  if (file)
    throw new AppError(
      'BAD_REQUEST',
      `MLflow takes no files with #, % or \\ in their names, such as ${JSON.stringify(file.path)}. Rename it and register the model again.`,
    );
}
