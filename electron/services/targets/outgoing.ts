import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFile } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { makeFolder } from '../../platform/files.ts';
import { signaturePath } from '../models/layout.ts';
import type { DeclaredTarget } from './declared.ts';
import type { OutgoingFile, OutgoingVersion } from './driver.ts';
import type { TargetsDeps, TargetWork } from './ports.ts';
import { previousOf } from './receipts.ts';
import { pushFolder } from './settings.ts';
import { damaged } from './sound.ts';

export type PushAsk = {
  readonly project: string;
  readonly name: string;
  readonly version: string;
  readonly target: string;
  /** null: the aliases that the version has here */
  readonly aliases?: readonly string[] | null;
  readonly modelkit?: boolean;
};

/** Why a version may not go to a target, and what to do; null when it may. */
export async function refusalOf(
  { review }: Pick<TargetsDeps, 'review'>,
  { project, name, version, target }: PushAsk,
  digest: string,
  declared: DeclaredTarget,
): Promise<string | null> {
  if (declared.requires !== 'approved') return null;
  const { state, request } = await review(project, name, version);
  if (state === 'approved' && request?.definition === digest) return null;
  const ask = `"assay models request ${name}@${version}"`;
  const why =
    state === 'approved'
      ? `the definition of ${name}@${version} has changed since it was approved. Ask for a new review with ${ask}`
      : state === 'rejected'
        ? `${name}@${version} was rejected. Register a better version, or ask again with ${ask}`
        : state === 'requested'
          ? `${name}@${version} still waits for approval. Approve it with "assay models approve ${name}@${version}"`
          : `${name}@${version} was never approved. Ask for a review with ${ask}`;
  return `The target "${target}" takes approved versions only, and ${why}.`;
}

/** `approved by Ada Lovelace, 2026-11-24`; null without approval of this very definition. */
async function approvalOf(review: TargetsDeps['review'], ask: PushAsk, digest: string): Promise<string | null> {
  const { state, request, decisions } = await review(ask.project, ask.name, ask.version);
  if (state !== 'approved' || request?.definition !== digest) return null;
  const by = decisions.filter(({ decision }) => decision === 'approve');
  const last = Math.max(...by.map(({ at }) => at));
  const names = by.map((one) => one.by.name).join(', ');
  const overridden = by.some(({ override }) => override !== null) ? ', although a gate failed' : '';
  return `approved by ${names}, ${new Date(last).toISOString().slice(0, 10)}${overridden}`;
}

/** The aliases that a version has here; stages stay at home. */
async function aliasesOf({ registry, projects }: TargetsDeps, { project, name, version }: PushAsk): Promise<string[]> {
  const stages = projects.definition(project)?.models?.stages ?? [];
  return (
    Object.entries(await registry.pointers(project, name))
      // `approved` is the mark of an approval (reviews); the target gets that in words
      .filter(([pointer, at]) => at === version && pointer !== 'approved' && !stages.includes(pointer))
      .map(([pointer]) => pointer)
      .sort()
  );
}

/**
 * A version with everything that goes with it, its bytes checked.
 * @throws AppError NOT_FOUND when bytes are not on this machine, CONFLICT when they are damaged
 */
export async function outgoing(
  deps: TargetsDeps,
  ask: PushAsk,
  declared: DeclaredTarget,
  { signal, onProgress }: TargetWork,
): Promise<OutgoingVersion> {
  const { registry, projects, audit, review } = deps;
  const { project, name, version, target } = ask;
  const { root } = projects.get(project);
  const { definition, digest, path } = await registry.read(project, name, version);
  const missing: string[] = [];
  const here = (file: ModelFile): OutgoingFile[] => {
    const found = registry.fileOf(project, file);
    if (found !== null) return [{ path: file.path, size: file.size, sha256: file.sha256, file: found }];
    missing.push(file.path);
    return [];
  };
  const files = definition.files.flatMap(here);
  const evidence = definition.evidence.flatMap(here);
  const restore = `Bring them back with "assay models pull-bytes ${name}@${version}" or "assay models pull TARGET ${name}@${version}"`;
  if (missing.length > 0)
    throw new AppError(
      'NOT_FOUND',
      `${some(missing)} of ${name}@${version} ${missing.length === 1 ? 'is' : 'are'} not on this machine. ${restore}.`,
    );
  const resume = join(pushFolder(root), `${digest.slice(0, 32)}-${target}`);
  makeFolder(resume);
  const all = [...files, ...evidence];
  const total = all.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const wrong = await damaged(all, pushFolder(root), signal, (count) => {
    done += count;
    onProgress(done, total, 'Checking the bytes');
  });
  if (wrong.length > 0)
    throw new AppError(
      'CONFLICT',
      `${some(wrong)} of ${name}@${version} ${wrong.length === 1 ? 'is' : 'are'} damaged on this machine: the bytes are not those that were registered. Nothing was pushed. ${restore}.`,
    );
  return {
    definition,
    digest,
    definitionText: readFileSync(join(root, path), 'utf8'),
    files,
    evidence,
    card: await deps.card(project, name, version),
    signature: textOrNull(join(root, signaturePath(name, version))),
    approval: await approvalOf(review, ask, digest),
    auditHead: audit.head(project),
    aliases: ask.aliases ?? (await aliasesOf(deps, ask)),
    modelkit: ask.modelkit === true || (declared.type === 'oci' && declared.modelkit === true),
    previous: previousOf(root, ask),
    resume,
  };
}

const some = (paths: readonly string[]): string =>
  paths.length === 1
    ? paths[0]!
    : `${paths.length} files (${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ' …' : ''})`;

function textOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
