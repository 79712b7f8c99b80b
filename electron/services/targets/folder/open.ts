import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ModelVersion, PointerName } from '../../../../shared/contract/models.ts';
import { AppError, messageOf } from '../../../../shared/errors.ts';
import { readJson, writeError, writeFileAtomic } from '../../../platform/files.ts';
import { arrive, MAX_TEXT, needRoom, pathBelow } from '../arriving.ts';
import { Manifest, manifestOf, otherVersion, planItems, sum, textsOf } from '../beside.ts';
import type { DeclaredTarget } from '../declared.ts';
import type { Driver, DriverOptions, OutgoingFile, OutgoingVersion } from '../driver.ts';
import { newestFirst } from '../newest-first.ts';
import { copyInto, filesBelow, isThere, readPlain } from './files.ts';
import { makeBelow, placesOf, refuseLinks, targetFolder } from './places.ts';

type Declared = Extract<DeclaredTarget, { type: 'folder' }>;

const textAt = (path: string): string | null => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() && stat.size <= MAX_TEXT ? readFileSync(path, 'utf8') : null;
};
const namesIn = (folder: string): string[] =>
  lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];

/**
 * A folder, perhaps of a shared disk: `<name>/<version>/` has exactly the version's files, `<name>/.assay/` what belongs to them. A version
 * is made beside and moved to its place when it is whole.
 */
export async function openFolder({ path }: Declared, { root, name: target }: DriverOptions): Promise<Driver> {
  const folder = targetFolder(root, path);
  const manifestAt = (name: string, version: string): Manifest | null => {
    const at = join(placesOf(folder, name).beside(version), 'manifest.json');
    refuseLinks(folder, at);
    return Manifest.safeParse(readJson(at)).data ?? null;
  };
  const isVersion = (name: string, version: string): boolean =>
    lstatSync(placesOf(folder, name).files(version), { throwIfNoEntry: false })?.isDirectory() === true;

  const aliasesOf = (name: string): Record<string, string> => {
    const at = placesOf(folder, name).aliases;
    const found: Record<string, string> = {};
    for (const alias of namesIn(at)) {
      const version = textAt(join(at, alias))?.trim() ?? '';
      if (PointerName.safeParse(alias).success && ModelVersion.safeParse(version).success) found[alias] = version;
    }
    return found;
  };

  const setAlias = (name: string, alias: string, version: string | null): void => {
    const { aliases } = placesOf(folder, name);
    const at = join(aliases, PointerName.parse(alias));
    if (version === null) {
      rmSync(at, { force: true });
      return;
    }
    if (!isVersion(name, version))
      throw new AppError('NOT_FOUND', `${target} has no ${name}@${version}. Push that version there first.`);
    makeBelow(folder, aliases);
    writeFileAtomic(at, `${version}\n`);
  };

  /** Where a push of this clone makes a version; found again after a kill. */
  const stageOf = ({ definition, digest, resume }: OutgoingVersion): string => {
    const kept = join(resume, 'stage');
    let token = textAt(kept);
    if (token === null || !/^[0-9a-f-]{36}$/.test(token)) {
      token = randomUUID();
      writeFileAtomic(kept, token);
    }
    return join(placesOf(folder, definition.model).incoming, `${digest.slice(0, 16)}-${token}`);
  };

  const place = (version: OutgoingVersion, stage: string): void => {
    const at = placesOf(folder, version.definition.model).files(version.definition.version);
    try {
      // what is there has damaged bytes, else nothing would have been made anew
      if (existsSync(at)) renameSync(at, join(stage, 'old'));
      renameSync(join(stage, 'files'), at);
    } catch (error) {
      throw writeError(at, error);
    }
  };

  return {
    async plan(version, signal) {
      const { model, version: number } = version.definition;
      const places = placesOf(folder, model);
      const before = manifestAt(model, number);
      if (before && before.definition !== version.digest && isVersion(model, number))
        throw otherVersion(target, version);
      const texts = textsOf(version);
      const at = { files: places.files(number), evidence: join(places.beside(number), 'evidence') };
      const bytesOf = (one: readonly OutgoingFile[], wanted: string) => one.find((file) => file.path === wanted)!.size;
      const items = planItems(version, (kind, file) => {
        if (kind === 'beside') return textAt(join(places.beside(number), file)) === texts[file];
        return lstatSync(join(at[kind], file), { throwIfNoEntry: false })?.size === bytesOf(version[kind], file);
      });
      signal.throwIfAborted();
      const aliases = aliasesOf(model);
      const moves = version.aliases
        .filter((alias) => aliases[alias] !== number)
        .map((alias) => (aliases[alias] ? `moves ${alias} from ${aliases[alias]}` : `sets ${alias}`));
      return {
        ref: join(path, model, number),
        items,
        steps: [...(isVersion(model, number) ? [] : [`makes ${join(path, model, number)}`]), ...moves],
      };
    },

    async push(version, { signal, onBytes }) {
      const { model, version: number } = version.definition;
      const places = placesOf(folder, model);
      const at = places.files(number);
      const beside = places.beside(number);
      makeBelow(folder, places.home, dirname(beside), beside);
      refuseLinks(folder, at);
      const manifest = manifestAt(model, number);
      if (isVersion(model, number) && manifest && manifest.definition !== version.digest)
        throw otherVersion(target, version);
      const wanted = version.files.map(({ path }) => path).sort();
      let skipped = 0;
      let sent = 0;
      const send = async (file: OutgoingFile, to: string, label: string): Promise<void> => {
        const count = (bytes: number): void => {
          sent += bytes;
          onBytes(bytes, label);
        };
        if (await isThere(to, file, signal)) {
          skipped += file.size;
          onBytes(file.size, label);
        } else await copyInto(folder, file.file, to, signal, count);
      };
      const sound = async (): Promise<boolean> => {
        if (!isVersion(model, number)) return false;
        const found = filesBelow(at);
        if (found.join('\n') !== wanted.join('\n')) {
          if (!manifest) throw otherVersion(target, version);
          return false;
        }
        for (const file of version.files) if (!(await isThere(join(at, file.path), file, signal))) return false;
        return true;
      };
      const stage = stageOf(version);
      if (await sound()) {
        skipped += sum(version.files);
        onBytes(skipped, `Found in ${target}`);
      } else {
        for (const file of version.files) await send(file, join(stage, 'files', file.path), `Copying ${file.path}`);
      }
      for (const file of version.evidence)
        await send(file, join(beside, 'evidence', file.path), `Copying ${file.path}`);
      for (const [name, text] of Object.entries(textsOf(version)))
        if (textAt(join(beside, name)) !== text) writeFileAtomic(join(beside, name), text);
      writeFileAtomic(join(beside, 'manifest.json'), `${JSON.stringify(manifestOf(version), null, 2)}\n`);
      signal.throwIfAborted();
      if (existsSync(join(stage, 'files'))) place(version, stage);
      rmSync(stage, { recursive: true, force: true });
      for (const alias of version.aliases) setAlias(model, alias, number);
      return {
        ref: join(path, model, number),
        digest: version.digest,
        aliases: [...version.aliases],
        bytes: sent,
        skippedBytes: skipped,
        details: {},
      };
    },

    async verify(version, { aliases }, { signal, onBytes }) {
      const { model, version: number } = version.definition;
      const places = placesOf(folder, model);
      const differs = (what: string): AppError =>
        new AppError('CONFLICT', `${what} of ${model}@${number} in ${target} is not what was pushed.`);
      refuseLinks(folder, places.files(number));
      const found = filesBelow(places.files(number));
      const extra = found.find((one) => !version.files.some(({ path: known }) => known === one));
      if (extra !== undefined) throw differs(`The file ${extra}, which was not pushed,`);
      const check = async (files: readonly OutgoingFile[], at: string): Promise<void> => {
        for (const file of files) {
          if (!(await isThere(join(at, file.path), file, signal))) throw differs(file.path);
          onBytes(file.size, `Reading back ${file.path}`);
        }
      };
      await check(version.files, places.files(number));
      await check(version.evidence, join(places.beside(number), 'evidence'));
      for (const [name, text] of Object.entries(textsOf(version)))
        if (textAt(join(places.beside(number), name)) !== text) throw differs(name);
      if (manifestAt(model, number)?.definition !== version.digest) throw differs('manifest.json');
      const now = aliasesOf(model);
      for (const alias of aliases) if (now[alias] !== number) throw differs(`The alias ${alias}`);
    },

    async remote(name) {
      const { home } = placesOf(folder, name);
      const versions = namesIn(home).filter((one) => ModelVersion.safeParse(one).success && isVersion(name, one));
      return { versions: versions.sort(newestFirst), aliases: aliasesOf(name) };
    },

    async setAlias(name, alias, version) {
      setAlias(name, alias, version);
    },

    async pull(name, version, into, { signal, onBytes }) {
      const places = placesOf(folder, name);
      const at = places.files(version);
      const beside = places.beside(version);
      refuseLinks(folder, at);
      refuseLinks(folder, beside);
      if (!isVersion(name, version))
        throw new AppError(
          'NOT_FOUND',
          `${target} has no ${name}@${version}. "assay targets list" and the page show what it has.`,
        );
      const take = async (from: string, below: string): Promise<OutgoingFile[]> => {
        const taken: OutgoingFile[] = [];
        const found = filesBelow(from);
        needRoom(into, sum(found.map((one) => lstatSync(join(from, one)))));
        for (const one of found) {
          const { size } = lstatSync(join(from, one));
          const stream = readPlain(pathBelow(from, one), signal);
          taken.push(await arrive(join(into, below), one, size, stream, (count) => onBytes(count, `Copying ${one}`)));
        }
        return taken;
      };
      makeBelow(into, join(into, 'files'), join(into, 'evidence'));
      return {
        definitionText: textAt(join(beside, 'definition.yaml')),
        files: await take(at, 'files'),
        evidence: await take(join(beside, 'evidence'), 'evidence'),
        card: textAt(join(beside, 'card.md')),
        signature: textAt(join(beside, 'model.sig')),
      };
    },

    async test() {
      try {
        makeBelow(folder);
        const models = namesIn(folder).filter((one) => !one.startsWith('.'));
        return `${folder} can be used; it has ${models.length === 1 ? '1 model' : `${models.length} models`}.`;
      } catch (error) {
        throw new AppError('UNAVAILABLE', messageOf(error));
      }
    },

    async close() {},
  };
}
