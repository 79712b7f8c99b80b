import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Interpreter } from '../../../shared/contract/python.ts';
import { AppError } from '../../../shared/errors.ts';
import { makeFolder, readJson, writeFileAtomic } from '../../platform/files.ts';
import { isInside } from '../../platform/paths.ts';
import { makeAssayFolder } from '../projects/init.ts';
import { assayFolder } from '../projects/layout.ts';
import type { ProjectLookup } from '../projects/open-project.ts';
import { type Candidate, findCandidates, pyvenvValue } from './candidates.ts';
import { createVersions } from './versions.ts';

type Deps = {
  projects: ProjectLookup;
  /** Assay's own data folder */
  folder: string;
  env?: NodeJS.ProcessEnv;
  home?: string;
};

const Choice = z.object({ executable: z.string().refine(isAbsolute) });
const choiceFile = (root: string): string => join(assayFolder(root), 'python.json');

export type PythonService = ReturnType<typeof createPython>;

/** The Pythons of this machine, as far as a project is concerned. */
export function createPython({ projects, folder, env = process.env, home = homedir() }: Deps) {
  makeFolder(folder);
  const versions = createVersions(folder);

  /** In a project that nobody trusts, nothing that lies in it is started: its version is taken from what its environment says. */
  const versionOf = async (executable: string, root: string, trusted: boolean): Promise<string | null> =>
    trusted || !isInside(root, executable)
      ? versions.of(executable)
      : (/^\d+\.\d+\.\d+/.exec(pyvenvValue(dirname(dirname(executable)), /^version(?:_info)?$/) ?? '')?.[0] ?? null);

  const check = async (candidate: Candidate, root: string, trusted: boolean): Promise<Interpreter | null> => {
    const version = await versionOf(candidate.executable, root, trusted);
    if (version === null) return null;
    const { executable, kind, name } = candidate;
    return { executable, version, kind, label: labelOf(kind, name, version), preferred: false };
  };

  const service = {
    /** What was found, best first; exactly one is preferred unless there is none. */
    async list(id: string): Promise<Interpreter[]> {
      const { root, trusted } = projects.get(id);
      const candidates = distinct(findCandidates({ root, env, home }));
      const found = (await Promise.all(candidates.map((one) => check(one, root, trusted)))).filter(
        (one) => one !== null,
      );
      const choice = Choice.safeParse(readJson(choiceFile(root))).data?.executable;
      if (choice && existsSync(choice)) {
        const at = found.findIndex((one) => one.executable === choice);
        // the file may have come with the repository, and could name any program of this machine
        const unlisted = async () => (trusted ? check(custom(choice), root, trusted) : null);
        const chosen = at >= 0 ? found.splice(at, 1)[0] : await unlisted();
        if (chosen) found.unshift(chosen);
      }
      return found.map((one, i) => ({ ...one, preferred: i === 0 }));
    },

    /**
     * Remembers the choice in `.assay/python.json`; null forgets it.
     * @throws AppError BAD_REQUEST when it is no Python
     */
    async prefer(id: string, executable: string | null): Promise<Interpreter[]> {
      const { root } = projects.get(id);
      if (executable !== null) await service.choose(id, executable);
      makeAssayFolder(root);
      writeFileAtomic(choiceFile(root), JSON.stringify({ executable }));
      return service.list(id);
    },

    /**
     * The interpreter to start a run with: the one asked for, else the preferred one; null when there is none.
     * @throws AppError BAD_REQUEST when the one asked for is no Python
     */
    async choose(id: string, executable: string | null): Promise<Interpreter | null> {
      const { root, trusted } = projects.get(id);
      const list = await service.list(id);
      if (executable === null) return list[0] ?? null;
      const listed = list.find((one) => one.executable === executable);
      if (listed) return listed;
      const found = isAbsolute(executable) ? await check(custom(executable), root, trusted) : null;
      if (!found)
        throw new AppError('BAD_REQUEST', `"${executable}" is not a working Python 3. Give the full path of one.`);
      return found;
    },
  };
  return service;
}

const custom = (executable: string): Candidate => ({ executable, kind: 'custom', name: executable });

function labelOf(kind: Interpreter['kind'], name: string, version: string): string {
  return kind === 'system' || kind === 'custom'
    ? `Python ${version} (${kind})`
    : `Python ${version} (${kind}: ${name})`;
}

/** An environment is itself although its program is a link to somebody else's; of the others, each real file counts once. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ executable }) => {
    const home = dirname(dirname(executable));
    const isEnvironment = existsSync(join(home, 'pyvenv.cfg'));
    let key: string;
    try {
      key = isEnvironment ? realpathSync(home) : realpathSync(executable);
    } catch {
      return false;
    }
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
