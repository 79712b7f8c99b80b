import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Project } from '../../shared/contract/projects.ts';
import { AppError } from '../../shared/errors.ts';
import { fileLog } from '../platform/log.ts';
import { dataFolder } from '../platform/paths.ts';
import { createServices, type Services } from '../services/index.ts';
import { makeAssayFolder } from '../services/projects/init.ts';

export type Session = { services: Services; project: Project; close(): Promise<void> };

/** The services in this process, without a project. */
export function openServices(): Services {
  const folder = dataFolder();
  return createServices({
    dataFolder: folder,
    mode: 'terminal',
    log: fileLog(join(folder, 'logs', 'cli.ndjson'), 'cli'),
  });
}

/**
 * The nearest project at or above a folder: one with `.assay` or `assay.yaml`, else the git repository it is in, else null.
 */
export function findProject(from: string): { root: string; used: boolean } | null {
  let repository: string | null = null;
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.assay')) || existsSync(join(folder, 'assay.yaml')))
      return { root: folder, used: true };
    if (!repository && existsSync(join(folder, '.git'))) repository = folder;
    if (dirname(folder) === folder) return repository ? { root: repository, used: false } : null;
  }
}

/**
 * Opens the project that a command is about, with its index brought up to date from the files.
 * @param make start to use a folder that is no project yet, as `assay run` does
 * @throws AppError NOT_FOUND when there is no project and `make` is false
 */
export async function openSession(directory: string, make = false): Promise<Session> {
  const from = resolve(directory);
  if (!existsSync(from)) throw new AppError('NOT_FOUND', `There is no folder ${from}. Check what you gave to -C.`);
  const found = findProject(from);
  if (!found?.used && !make) {
    throw new AppError(
      'NOT_FOUND',
      `No Assay project at ${from} or above it. Make one with "assay init", or name its folder with -C.`,
    );
  }
  const root = found?.root ?? from;
  if (make) makeAssayFolder(root);
  const services = openServices();
  try {
    const project = services.projects.open(root);
    await services.projects.sync(project.id);
    return { services, project, close: () => services.dispose() };
  } catch (error) {
    await services.dispose();
    throw error;
  }
}

/**
 * The one run that a person means: its id, the beginning or the end of it, or its name when only one run has it.
 * @throws AppError NOT_FOUND, CONFLICT when several fit
 */
export function findRun({ services, project }: Session, text: string): string {
  const wanted = text.toLowerCase();
  const ids = /^[0-9a-f]{4,32}$/.test(wanted) ? services.runs.idsLike(project.id, wanted) : [];
  const found = ids.length > 0 ? ids : services.runs.idsNamed(project.id, text);
  if (found.length === 1) return found[0]!;
  if (found.length === 0)
    throw new AppError('NOT_FOUND', `No run "${text}" in ${project.name}. "assay runs list" shows them.`);
  throw new AppError(
    'CONFLICT',
    `"${text}" fits ${found.length} runs (${found
      .slice(0, 3)
      .map((id) => id.slice(-8))
      .join(', ')}…). Give more of the id.`,
  );
}

/** Opens the project that `-C` names for as long as some work takes. */
export async function withSession(program: Command, work: (session: Session) => Promise<void> | void): Promise<void> {
  const session = await openSession(program.opts<{ C: string }>().C);
  try {
    await work(session);
  } finally {
    await session.close();
  }
}
