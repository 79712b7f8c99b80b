import { lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rcompare } from 'semver';
import { z } from 'zod';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import { Known } from './known.ts';
import { definitionPath, modelsFolder } from './layout.ts';
import { isName, isVersion } from './names.ts';
import { parseFiles } from './tasks.ts';
import type { Threads } from './threads.ts';

/** So many definitions are read on the spot; more go to a thread. */
const AT_ONCE = 20;
const PER_TURN = 200;
/** From so many newly read ones on it is worth to keep what was read. */
const WORTH_KEEPING = 50;
const Kept = z.object({ assay: z.literal('models/1'), known: z.array(Known) });

export type Index = { readonly known: readonly Known[]; readonly broken: readonly { file: string; problem: string }[] };
type Memory = { byPath: Map<string, Known>; running: Promise<Index> | null };

/**
 * What the definitions of a project say, in one list. Every question looks at the files' attributes (milliseconds for thousands) and reads
 * only what changed, whoever changed it. What was read of many is kept in Assay's data folder and may be deleted.
 * @param folder Assay's own, for what is kept
 */
export function createIndexReader({ folder, threads }: { folder: string; threads: Threads }) {
  const memories = new Map<string, Memory>();

  const load = async (id: string, root: string, memory: Memory): Promise<Index> => {
    const keptFile = join(folder, `${id}.json`);
    const { files, strange } = definitionsOf(root);
    if (memory.byPath.size === 0 && files.length > AT_ONCE) {
      const kept = Kept.safeParse(readJson(keptFile)).data;
      for (const known of kept?.known ?? []) memory.byPath.set(known.path, known);
    }
    const changed = files.filter(({ path, stamp }) => memory.byPath.get(path)?.stamp !== stamp);
    const read: Known[] = [];
    if (changed.length <= AT_ONCE) read.push(...parseFiles({ root, files: changed }, new Int32Array(1)));
    else
      for (let i = 0; i < changed.length; i += PER_TURN)
        read.push(...(await threads.ask('parse', { root, files: changed.slice(i, i + PER_TURN) })));
    const fresh = new Map(read.map((known) => [known.path, known]));
    const all = files.map(({ path }) => fresh.get(path) ?? memory.byPath.get(path)!);
    memory.byPath = new Map(all.map((known) => [known.path, known]));
    if (read.length >= WORTH_KEEPING) keep(keptFile, all);
    return {
      known: all.filter(({ problem }) => problem === null),
      broken: [...strange, ...all.flatMap(({ path, problem }) => (problem === null ? [] : [{ file: path, problem }]))],
    };
  };

  const keep = (file: string, known: readonly Known[]): void => {
    try {
      mkdirSync(folder, { recursive: true });
      writeFileAtomic(file, JSON.stringify({ assay: 'models/1', known }));
    } catch {
      // it is read again next time
    }
  };

  return {
    /** Several who ask at once share one look. */
    read(id: string, root: string): Promise<Index> {
      const memory = memories.get(id) ?? { byPath: new Map(), running: null };
      memories.set(id, memory);
      memory.running ??= load(id, root, memory).finally(() => {
        memory.running = null;
      });
      return memory.running;
    },
  };
}

/** `models/<name>/<version>.yaml` of a project, with how each looks. Links are not followed: they may lead anywhere. */
function definitionsOf(root: string): {
  files: { path: string; stamp: string }[];
  strange: { file: string; problem: string }[];
} {
  const files: { path: string; stamp: string }[] = [];
  const strange: { file: string; problem: string }[] = [];
  const folder = modelsFolder(root);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory())
    for (const model of entriesOf(folder)) {
      if (!model.isDirectory()) continue;
      for (const entry of entriesOf(join(folder, model.name))) {
        const version = entry.name.endsWith('.yaml') ? entry.name.slice(0, -5) : '';
        if (!isVersion(version)) continue;
        const path = definitionPath(model.name, version);
        if (!isName(model.name))
          strange.push({
            file: path,
            problem: `"${model.name}" is no name of a model, so this is left alone. Rename the folder.`,
          });
        else if (!entry.isFile())
          strange.push({
            file: path,
            problem: `${path} is a link or no file, so it is not read. Put the file itself there.`,
          });
        else {
          const stat = statSync(join(root, path), { throwIfNoEntry: false });
          if (stat) files.push({ path, stamp: `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}` });
        }
      }
    }
  return { files, strange };
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Newest version first (semver.org §11). */
export const newestFirst = (a: string, b: string): number => rcompare(a, b);
