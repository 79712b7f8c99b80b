import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ModelDefinition, type ModelFile } from '../../shared/contract/models.ts';
import { AppError } from '../../shared/errors.ts';
import { canonicalJson } from '../services/audit/canonical.ts';
import { cardPath, definitionPath, modelsFolder, signaturePath } from '../services/models/layout.ts';
import type { LargerAction, ModelRegistry } from '../services/models/ports.ts';

/** The registry's port over plain files, without git: for tests of what stands on it. Pointers and commits are kept in memory. */
export function fileRegistry(root: string) {
  const commits: { paths: readonly string[]; message: string }[] = [];
  const moves: { name: string; pointer: string; version: string | null }[] = [];
  const largerActions: LargerAction[] = [];
  const deprecated = new Set<string>();
  const refuses = new Set<string>();
  const adopted: { version: string; from: unknown }[] = [];
  const stored = (sha256: string): string => join(root, '.assay', 'store', sha256);
  const folders = (path: string): string[] =>
    existsSync(path) ? readdirSync(path).filter((one) => statSync(join(path, one)).isDirectory()) : [];
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const versions = async (_project: string, name: string): Promise<string[]> => {
    const folder = join(modelsFolder(root), name);
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.yaml')) : [];
    return files.map((file) => file.slice(0, -'.yaml'.length)).sort((a, b) => (a < b ? 1 : -1));
  };
  const registry: ModelRegistry = {
    async read(_project, name, version) {
      const path = definitionPath(name, version);
      if (!existsSync(join(root, path))) throw new AppError('NOT_FOUND', `There is no ${name}@${version}.`);
      const definition = ModelDefinition.parse(parse(readFileSync(join(root, path), 'utf8')));
      return { definition, digest: createHash('sha256').update(canonicalJson(definition)).digest('hex'), path };
    },
    versions,
    names: async () => folders(modelsFolder(root)).filter((one) => one !== 'audit' && one !== 'keys'),
    pointers: async (_project, name) => {
      const now: Record<string, string> = {};
      for (const move of moves.filter((one) => one.name === name))
        if (move.version === null) delete now[move.pointer];
        else now[move.pointer] = move.version;
      return now;
    },
    pointerHistory: async (_project, name, pointer) =>
      moves
        .filter((one) => one.name === name && one.pointer === pointer && one.version !== null)
        .map(({ version }) => ({ version: version!, at: 0, by: 'A. Person' }))
        .reverse(),
    fileOf: (_project, { sha256 }) => (existsSync(stored(sha256)) ? stored(sha256) : null),
    async store(_project, file, path) {
      const bytes = readFileSync(file);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      mkdirSync(dirname(stored(sha256)), { recursive: true });
      copyFileSync(file, stored(sha256));
      return { path, size: bytes.length, sha256 };
    },
    async setPointer(_project, name, pointer, version, partOf) {
      if (refuses.size > 0) throw new AppError('CONFLICT', [...refuses].join());
      moves.push({ name, pointer, version });
      if (partOf) largerActions.push(partOf);
    },
    isDeprecated: async (_project, _name, version) => deprecated.has(version),
    async commit(_project, paths, message) {
      commits.push({ paths, message });
      return null;
    },
    async adopt(_project, definition, { card, signature, from }) {
      adopted.push({ version: definition.version, from });
      put(definitionPath(definition.model, definition.version), stringify(definition));
      if (card !== null) put(cardPath(definition.model, definition.version), card);
      if (signature !== null) put(signaturePath(definition.model, definition.version), signature);
    },
  };

  return {
    registry,
    commits,
    moves,
    /** what pointers were moved as a part of */
    largerActions,
    /** versions that must not be used any more */
    deprecated,
    /** why no pointer may move */
    refuses,
    adopted,
    stored,
    /** Registers a version with these files and returns its definition. */
    async register(
      name: string,
      version: string,
      contents: Readonly<Record<string, string | Uint8Array>>,
      evidence: Readonly<Record<string, string>> = {},
    ): Promise<ModelDefinition> {
      const take = async (path: string, bytes: string | Uint8Array): Promise<ModelFile> => {
        const file = join(root, '.assay', 'incoming');
        writeFileSync(file, bytes);
        return registry.store('', file, path);
      };
      const files: ModelFile[] = [];
      for (const [path, bytes] of Object.entries(contents)) files.push(await take(path, bytes));
      const tables: ModelDefinition['evidence'] = [];
      for (const [path, text] of Object.entries(evidence)) tables.push({ ...(await take(path, text)), role: 'table' });
      const definition = ModelDefinition.parse({
        assay: 'model-version/1',
        model: name,
        version,
        created: '2026-11-24T10:00:00.000Z',
        author: { name: 'A. Person', email: 'a@example.invalid' },
        kind: {
          format: 'unknown',
          file: null,
          title: 'files',
          libraryVersion: null,
          parameters: null,
          dtypes: {},
          tensors: [],
          tensorCount: 0,
          facts: [],
          warnings: [],
        },
        files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
        evidence: tables,
        run: null,
        code: null,
        environment: null,
      });
      put(definitionPath(name, version), stringify(definition));
      return definition;
    },
  };
}
