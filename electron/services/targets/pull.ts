import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from 'yaml';
import { ModelDefinition, type ModelFile } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format-bytes.ts';
import { makeFolder, writeError } from '../../platform/files.ts';
import { readKind } from '../models/kinds/read-kind.ts';
import { namedSigner } from '../signing/bundle.ts';
import { MAX_FILES, MAX_TEXT, pathBelow } from './arriving.ts';
import type { OutgoingFile, Pulled } from './driver.ts';
import { lockPush } from './lock.ts';
import type { TargetsDeps, TargetWork } from './ports.ts';
import { type Outcome, persist } from './push.ts';
import { type createSettings, pushFolder } from './settings.ts';

export type PullAsk = {
  readonly project: string;
  readonly target: string;
  readonly name: string;
  readonly version: string;
};

const hostile = (what: string): AppError => new AppError('CONFLICT', `${what} Nothing was taken from it.`);

/** A definition as it came from a target. @throws AppError CONFLICT */
export function pulledDefinition(text: string, { target, name, version }: PullAsk): ModelDefinition {
  if (text.length > MAX_TEXT) throw hostile(`The definition that ${target} sent is larger than any that Assay writes.`);
  let value: unknown;
  try {
    const document = parseDocument(text, { strict: true, uniqueKeys: true });
    value = document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 100 });
  } catch {
    value = null;
  }
  const parsed = ModelDefinition.safeParse(value);
  if (!parsed.success) throw hostile(`The definition that ${target} sent cannot be read.`);
  if (parsed.data.model !== name || parsed.data.version !== version)
    throw hostile(
      `${target} answers with ${parsed.data.model}@${parsed.data.version} when it is asked for ${name}@${version}.`,
    );
  return parsed.data;
}

/** Every file that the definition names came, with its digest, and nothing else. */
function checkFiles(what: string, wanted: readonly ModelFile[], came: readonly OutgoingFile[]): void {
  const byPath = new Map(came.map((file) => [file.path, file]));
  for (const { path, sha256, size } of wanted) {
    const file = byPath.get(path);
    if (!file) throw hostile(`${what} lacks ${JSON.stringify(path)}, which its definition names.`);
    if (file.sha256 !== sha256 || file.size !== size)
      throw hostile(`The bytes of ${JSON.stringify(path)} of ${what} are not those of its definition.`);
    byPath.delete(path);
  }
  const extra = [...byPath.keys()][0];
  if (extra !== undefined)
    throw hostile(`${what} has a file ${JSON.stringify(extra)} that its definition does not name.`);
}

export function createPull(deps: TargetsDeps, { using }: ReturnType<typeof createSettings>) {
  const { registry, projects, audit, signing, clock, events } = deps;

  /** What can be said of a model that came without Assay's definition. */
  const made = async (
    { project, name, version, target }: PullAsk,
    files: readonly OutgoingFile[],
  ): Promise<ModelDefinition> => {
    const plain = [...files]
      .map(({ path, size, sha256 }) => ({ path, size, sha256 }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    return ModelDefinition.parse({
      assay: 'model-version/1',
      model: name,
      version,
      created: new Date(clock.now()).toISOString(),
      author: await audit.identity(project),
      description: `Pulled from ${target}, which had no definition of Assay's.`,
      kind: await readKind(files),
      files: plain,
      run: null,
      code: null,
      environment: null,
    });
  };

  /** What the signature says. @throws AppError CONFLICT when a key that the project trusts did not sign these files */
  const signatureLine = (
    { project, name, version, target }: PullAsk,
    bundle: string | null,
    files: readonly ModelFile[],
  ) => {
    if (bundle === null) return 'It is not signed.';
    const { valid, message } = signing.checkBundle(project, bundle, files);
    if (valid) return `Signature: ${message}`;
    const signer = namedSigner(bundle);
    const unknown = signer !== null && signing.trusted(project).every(({ fingerprint }) => fingerprint !== signer);
    if (!unknown) throw hostile(`The signature of ${name}@${version} of ${target} does not hold: ${message}`);
    return `Its signature could not be checked: the key ${signer.slice(0, 12)}… is not among models/keys. Put its public half there to check it.`;
  };

  const present = async ({ project, name, version }: PullAsk): Promise<ModelDefinition | null> =>
    (await registry.versions(project, name)).includes(version)
      ? (await registry.read(project, name, version)).definition
      : null;

  const take = async (ask: PullAsk, folder: string, pulled: Pulled, { signal }: TargetWork): Promise<string[]> => {
    const { project, name, version, target } = ask;
    const what = `${name}@${version} of ${target}`;
    const all = [...pulled.files, ...pulled.evidence];
    if (pulled.files.length === 0 || all.length > MAX_FILES)
      throw hostile(
        pulled.files.length === 0 ? `${what} has no files.` : `${what} has ${all.length} files, more than Assay takes.`,
      );
    for (const { path } of all) pathBelow(folder, path);
    const before = await present(ask);
    const sent = pulled.definitionText === null ? null : pulledDefinition(pulled.definitionText, ask);
    // without a definition of its own it is the one that is here, when the bytes are
    const definition = sent ?? before ?? (await made(ask, pulled.files));
    checkFiles(what, definition.files, pulled.files);
    if (sent) checkFiles(`The evidence of ${what}`, definition.evidence, pulled.evidence);
    if (before && !isDeepStrictEqual(before, definition))
      throw new AppError(
        'CONFLICT',
        `${name}@${version} is here already with another definition than ${target} has. A version never changes: register yours under another number.`,
      );
    const signature = signatureLine(ask, pulled.signature, definition.files);
    for (const file of all) {
      const stored = await registry.store(project, file.file, file.path, signal);
      if (stored.sha256 !== file.sha256)
        throw writeError(file.file, new Error('its bytes changed on the way into the store'));
    }
    const { card, signature: bundle } = pulled;
    await registry.adopt(project, definition, { card, signature: bundle, from: { target, signature } });
    events.changed('models', project, [name]);
    return [...(before ? [`${name}@${version} is here already; its bytes are back.`] : []), signature];
  };

  return (ask: PullAsk, work: TargetWork): Promise<Outcome> =>
    using(ask.project, ask.target, async (driver) => {
      const { root } = projects.get(ask.project);
      const home = join(pushFolder(root), `pull-${ask.target}-${ask.name}-${ask.version}`);
      makeFolder(home);
      const unlock = lockPush(home, `A pull of ${ask.name}@${ask.version}`);
      const folder = join(home, 'files');
      try {
        const pulled = await persist(deps, work, 0, (one) => {
          rmSync(folder, { recursive: true, force: true });
          mkdirSync(folder);
          return driver.pull(ask.name, ask.version, folder, one);
        });
        const lines = await take(ask, folder, pulled, work);
        const bytes = pulled.files.reduce((sum, { size }) => sum + size, 0);
        const files = pulled.files.length === 1 ? '1 file' : `${pulled.files.length} files`;
        const done = `Pulled ${ask.name}@${ask.version} from ${ask.target}: ${files}, ${formatBytes(bytes)}, every digest right.`;
        return { receipts: [], lines: [done, ...lines] };
      } finally {
        unlock();
        rmSync(home, { recursive: true, force: true });
      }
    });
}
