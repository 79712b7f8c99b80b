import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, ModelFile, Verification } from '../../../shared/contract/models.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { canonicalJson } from '../audit/canonical.ts';
import { digestOf, parseDefinitionFile } from './definition-file.ts';
import { definitionPath, versionFolder, versionTag } from './layout.ts';
import { APPROVED, checkName, checkVersion } from './names.ts';
import type { RegisterWork } from './register.ts';
import type { Registry } from './registry.ts';
import { objectFile } from './store-place.ts';

const MAX_EVALUATION = 16_000_000;

const error = (kind: Finding['kind'], where: string, message: string): Finding => ({
  severity: 'error',
  kind,
  where,
  message,
});

/**
 * Checks everything that a version rests on: each byte of its files and evidence, its definition against the log and the tag's commit, its
 * evaluations, where tags point, the log, and what other services keep (signature, receipts). Nothing is believed that can be computed.
 * @throws AppError NOT_FOUND when there is no such version, CANCELLED
 */
export async function verifyVersion(
  registry: Registry,
  { project, name, version }: { project: string; name: string; version: string },
  work: RegisterWork = {},
): Promise<Verification> {
  const { deps } = registry;
  const path = definitionPath(checkName(name), checkVersion(version));
  const signal = work.signal ?? new AbortController().signal;
  const findings: Finding[] = [];
  const registrations = registry.registrations(project, name, version);
  let recorded: ReturnType<Registry['read']> | null = null;
  try {
    recorded = registry.read(project, name, version);
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'NOT_FOUND' && registrations.length === 0) throw cause;
    findings.push(error('definition', path, messageOf(cause)));
  }
  if (registrations.length === 0)
    findings.push(error('audit', 'models/audit', `The log says nothing of how ${name} ${version} was registered.`));
  const others = registrations.filter(({ data }) => recorded !== null && data.definition !== recorded.digest);
  const [other] = others;
  if (recorded && other)
    findings.push(
      others.length === registrations.length
        ? error(
            'definition',
            path,
            `The definition was changed after ${name} ${version} was registered: its digest is ${recorded.digest.slice(0, 12)}…, the log has ${String(other.data.definition).slice(0, 12)}….`,
          )
        : {
            severity: 'warning',
            kind: 'definition',
            where: path,
            message: `${name} ${version} was registered twice: ${other.actor.name} registered it with another definition (${String(other.data.definition).slice(0, 12)}…) on ${other.at.slice(0, 10)}, which is not the one that is here.`,
          },
    );
  findings.push(...(await checkTags(registry, project, name, version, recorded?.digest ?? null)));
  const files = recorded ? [...recorded.definition.files, ...recorded.definition.evidence] : [];
  findings.push(...(await checkFiles(registry, project, files, { ...work, signal })));
  if (recorded) {
    findings.push(...checkEvaluations(registry, project, name, version, recorded.digest));
    findings.push(...(await deps.facts.verify(project, { name, version, digest: recorded.digest }, signal)));
  }
  findings.push(...(await deps.audit.verify(project)).findings);
  if (signal.aborted) throw new AppError('CANCELLED', 'Cancelled. Nothing was changed.');
  const seen = new Set<string>();
  return {
    checkedFiles: files.length,
    checkedBytes: files.reduce((sum, { size }) => sum + size, 0),
    findings: findings.filter(({ kind, where, message }) => {
      // several services look at an evaluation, each in its own words
      const key = JSON.stringify([kind, where, kind === 'evaluation' ? '' : message]);
      return !seen.has(key) && seen.add(key);
    }),
  };
}

/** The tag of the version must hold this definition; a pointer must mean what the log says it was set to. */
async function checkTags(
  { deps, rootOf, tagsOf, commits }: Registry,
  id: string,
  model: string,
  own: string,
  digest: string | null,
): Promise<Finding[]> {
  const found: Finding[] = [];
  const root = rootOf(id);
  const state = await tagsOf(id, model);
  const expected = versionTag(model, own);
  const tag = state.versions.get(own);
  let right = false;
  if (!tag) {
    const light = (await deps.git.annotatedTags(root, '[@#]'))?.light.some((one) => one.name === expected);
    if (light)
      found.push(
        error(
          'tag',
          expected,
          'The tag is a light one: it does not say who made it and when, or it leads to no commit.',
        ),
      );
    else if (commits(id))
      found.push(
        error('tag', expected, 'The tag is gone. Fetch it ("git fetch --tags"), or register the same files again.'),
      );
  } else {
    const text = await deps.git.fileAt(root, tag.commit, definitionPath(model, own)).catch(() => null);
    const there = text === null ? null : digestIn(text, model, own);
    if (there === null)
      found.push(
        error(
          'tag',
          tag.name,
          `The tag was moved: its commit ${tag.commit.slice(0, 8)} has no definition of ${model} ${own}.`,
        ),
      );
    else if (digest !== null && there !== digest)
      found.push(
        error(
          'tag',
          tag.name,
          `The commit ${tag.commit.slice(0, 8)} of the tag has another definition than ${definitionPath(model, own)}.`,
        ),
      );
    else if (await hadBefore(deps.git, root, tag.commit, definitionPath(model, own), text))
      found.push(
        error(
          'tag',
          tag.name,
          `The tag was moved: its commit ${tag.commit.slice(0, 8)} is not the one that added the definition of ${model} ${own}, but a later one.`,
        ),
      );
    else right = true;
  }
  const versionOn = new Map([...state.versions].map(([one, { commit }]) => [commit, one]));
  const tags = new Map(state.events.map((event) => [event.tag.name, event]));
  for (const event of deps.audit.events(id, { model })) {
    const pointer = event.data.tag;
    if (typeof pointer !== 'string' || event.version === null) continue;
    const parsed = tags.get(pointer);
    const means = parsed && versionOn.get(parsed.tag.commit);
    if (event.version !== own && means !== own) continue;
    if (!parsed) {
      if (commits(id))
        found.push(
          error('tag', pointer, `The tag is gone. The log says that ${event.actor.name} set it for ${event.version}.`),
        );
    } else if (event.version === own && !right) {
      // where the version's own tag is wrong, it and not the pointer is named
    } else if (parsed.tag.commit !== state.versions.get(event.version)?.commit)
      found.push(
        error(
          'tag',
          pointer,
          `The tag was moved: it is on ${means ?? `commit ${parsed.tag.commit.slice(0, 8)}`}, and the log says ${event.version}.`,
        ),
      );
  }
  const told = new Set(deps.audit.events(id, { model }).map(({ data }) => data.tag));
  // that a version is approved the log tells by the decision; reviews compare the two
  const others = state.events.filter(({ kind, subject, tag: { name } }) =>
    kind === 'pointer' ? subject !== APPROVED : subject === own && name !== tag?.name,
  );
  for (const event of others)
    if ((event.kind === 'version' || event.tag.commit === tag?.commit) && !told.has(event.tag.name))
      found.push({
        severity: 'warning',
        kind: 'tag',
        where: event.tag.name,
        message: `${event.tag.tagger.name} made this tag without Assay, so the log says nothing of it.`,
      });
  return found;
}

/** Whether the commit before has the same file already; what a shallow clone lacks is taken as not having it. */
async function hadBefore(
  git: Registry['deps']['git'],
  root: string,
  commit: string,
  path: string,
  text: string | null,
): Promise<boolean> {
  const parent = await git.resolveRef(root, `${commit}^`);
  return parent !== null && text !== null && (await git.fileAt(root, parent, path).catch(() => null)) === text;
}

function digestIn(text: string, name: string, version: string): string | null {
  try {
    return digestOf(parseDefinitionFile(text, name, version));
  } catch {
    return null;
  }
}

async function checkFiles(
  registry: Registry,
  project: string,
  files: readonly ModelFile[],
  work: RegisterWork,
): Promise<Finding[]> {
  const { folder, also } = registry.store(project);
  const places = files.map(
    ({ sha256 }) =>
      [folder, ...also]
        .map((one) => objectFile(one, sha256))
        .find((one) => lstatSync(one, { throwIfNoEntry: false })) ?? null,
  );
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const here = places.filter((place) => place !== null);
  const digests = await registry.threads.ask(
    'hash',
    { files: here },
    {
      signal: work.signal,
      onBytes: (count) => {
        done += count;
        work.onProgress?.(done, total, 'hashing');
      },
    },
  );
  const digestAt = new Map(here.map((place, i) => [place, digests[i]]));
  return files.flatMap(({ path, sha256 }, i): Finding[] => {
    const place = places[i]!;
    if (place === null)
      return [
        error(
          'file',
          path,
          `${path} is not on this machine, so it cannot be checked. "assay models pull-bytes" fetches it.`,
        ),
      ];
    const digest = digestAt.get(place);
    if (digest === sha256) return [];
    return [
      error(
        'file',
        path,
        digest === null
          ? `${path} cannot be read (${place}).`
          : `${path} was changed: it has ${digest!.slice(0, 12)}…, the definition has ${sha256.slice(0, 12)}… (${place}).`,
      ),
    ];
  });
}

/** A frozen evaluation is named by the SHA-256 of its canonical JSON without `digest`; those that the log names must be there. */
function checkEvaluations(
  { deps, rootOf }: Registry,
  project: string,
  name: string,
  version: string,
  digest: string,
): Finding[] {
  const folder = `${versionFolder(name, version)}/evaluations`;
  const findings: Finding[] = [];
  const there = new Set<string>();
  for (const file of filesIn(join(rootOf(project), folder))) {
    const where = `${folder}/${file}`;
    const named = /^([0-9a-f]{64})\.json$/.exec(file)?.[1];
    if (named === undefined) continue;
    there.add(named);
    const why = wrongEvaluation(join(rootOf(project), where), named, digest);
    if (why !== null) findings.push(error('evaluation', where, why));
  }
  for (const { data, action } of deps.audit.events(project, { model: name, version })) {
    const wanted = data.evaluation;
    if (typeof wanted !== 'string' || !/^[0-9a-f]{64}$/.test(wanted) || there.has(wanted)) continue;
    findings.push(
      error('evaluation', `${folder}/${wanted}.json`, `The evaluation is gone on which "${action}" rests.`),
    );
  }
  return findings;
}

function wrongEvaluation(file: string, named: string, definition: string): string | null {
  try {
    const stat = lstatSync(file);
    if (!stat.isFile() || stat.size > MAX_EVALUATION) return 'It is no evaluation: a link, or far too large.';
    const { digest, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const real = createHash('sha256').update(canonicalJson(rest)).digest('hex');
    if (real !== named || digest !== named) return 'The evaluation was changed: its digest is not its name.';
    return rest.definition === definition ? null : 'The evaluation is of another definition than the version has now.';
  } catch (cause) {
    return `It cannot be read: ${messageOf(cause).slice(0, 300)}.`;
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
