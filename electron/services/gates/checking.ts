import { mkdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ApprovalState } from '../../../shared/contract/models.ts';
import type { DataSide } from '../../../shared/contract/tables.ts';
import type { Located } from '../datasets/located.ts';
import type { ModelRegistry, RecordedVersion } from '../models/ports.ts';
import type { OpenProject } from '../projects/open-project.ts';
import { openSession, type Session } from '../tables/session.ts';
import type { DataFile } from '../tables/side.ts';
import { tableFormat } from '../tables/source.ts';
import { type Checking, type Compared, Inconclusive } from './evaluator.ts';
import { type Exported, exportFiles } from './exported.ts';

export type Sources = {
  registry: Pick<ModelRegistry, 'read' | 'pointers' | 'fileOf'>;
  locate(input: { project: string; side: DataSide }, work?: { signal?: AbortSignal }): Promise<Located>;
  /** the project's interpreter; null without one */
  python(project: string): Promise<string | null>;
  approval(project: string, version: RecordedVersion): Promise<ApprovalState>;
  /** where tables spill to */
  folder: string;
};

/** What one check looks at, opened once and closed at its end. */
export type OpenChecking = Checking & {
  openData(path: string, hash: string): Promise<Session | { readonly files: number }>;
  close(): Promise<void>;
};

export function openChecking(
  sources: Sources,
  project: OpenProject,
  own: RecordedVersion,
  championAlias: string,
  signal: AbortSignal,
): OpenChecking {
  const { registry } = sources;
  const sessions = new Map<string, Promise<Session>>();
  let exported: Promise<Exported> | null = null;
  let pointers: Promise<Readonly<Record<string, string>>> | null = null;
  const { model, version } = own.definition;

  const open = (file: DataFile): Promise<Session> => {
    const key = `${file.file}\0${file.name}`;
    const known = sessions.get(key);
    if (known) return known;
    mkdirSync(sources.folder, { recursive: true });
    const opened = openSession(file, statSync(file.file).size, sources.folder, signal);
    sessions.set(key, opened);
    return opened;
  };

  const locate: Checking['locate'] = (path, hash) =>
    sources.locate({ project: project.id, side: { kind: 'version', path, rev: hash } }, { signal });

  return {
    project,
    own,
    championAlias,
    signal,
    async compared(alias): Promise<Compared> {
      pointers ??= registry.pointers(project.id, model);
      const all = await pointers;
      const at = Object.hasOwn(all, alias) ? all[alias]! : null;
      if (at === null) return { state: 'none', alias };
      if (at === version) return { state: 'itself', alias };
      return { state: 'other', alias, version: await registry.read(project.id, model, at) };
    },
    async table({ definition }, path) {
      const all = [...definition.evidence, ...definition.files];
      const file =
        all.find((one) => one.path === path) ??
        definition.evidence.find((one) => one.key === path) ??
        all.find((one) => one.path.endsWith(`/${path}`));
      const tables = definition.evidence.filter(({ role }) => role === 'table').map((one) => one.key ?? one.path);
      if (!file)
        throw new Inconclusive(
          `${definition.model} ${definition.version} has no table "${path}"${tables.length > 0 ? `; it has ${tables.slice(0, 10).join(', ')}` : ''}. Log it in the run and register again.`,
        );
      if (tableFormat(file.path) === null)
        throw new Inconclusive(`${file.path} is no table (CSV, JSON, Parquet, Arrow).`);
      const bytes = registry.fileOf(project.id, file);
      if (bytes === null)
        throw new Inconclusive(`${file.path} of ${definition.version} is not on this machine. Fetch it first.`);
      return open({ file: bytes, name: basename(file.path) });
    },
    locate,
    async openData(path, hash) {
      const located = await locate(path, hash);
      if (located.kind === 'folder') return { files: located.files.length };
      if (tableFormat(located.name) === null)
        throw new Inconclusive(`${path} is no table (CSV, JSON, Parquet, Arrow), so its rows cannot be checked.`);
      return open({ file: located.file, name: located.name });
    },
    exported: () => (exported ??= exportFiles(own, (file) => registry.fileOf(project.id, file))),
    python: () => sources.python(project.id),
    approval: () => sources.approval(project.id, own),
    fileOf: (file) => registry.fileOf(project.id, file),
    async close() {
      for (const session of sessions.values()) await session.then((one) => one.close()).catch(() => {});
      await exported?.then((one) => one.remove()).catch(() => {});
    },
  };
}
