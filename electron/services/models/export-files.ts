import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeError } from '../../platform/files.ts';
import { isInside, resolveInside } from '../../platform/paths.ts';
import { checkPath } from './collect.ts';
import type { RegisterWork } from './register.ts';
import type { Registry } from './registry.ts';

/**
 * Puts a version's files into a new folder of the project, each hashed on the way. The folder has its name when all of them are there.
 * @param to from the project's folder
 * @throws AppError CONFLICT when it exists, BAD_REQUEST when it leads outside, NOT_FOUND when bytes are missing, UNAVAILABLE when one is damaged
 */
export async function exportFiles(
  registry: Registry,
  { project, name, version, to }: { project: string; name: string; version: string; to: string },
  work: RegisterWork = {},
): Promise<string> {
  const root = registry.rootOf(project);
  const target = resolve(root, to);
  if (to.includes('\0') || !isInside(root, target) || target === root)
    throw new AppError('BAD_REQUEST', `"${to}" leads outside the project. Name a new folder inside it.`);
  if (existsSync(target)) throw new AppError('CONFLICT', `${to} exists already. Name a folder that does not.`);
  makeParent(target);
  // a link on the way may lead anywhere
  resolveInside(root, dirname(target).slice(root.length + 1) || '.');
  const { files } = registry.read(project, name, version).definition;
  const temporary = `${target}.${process.pid}.part`;
  const plan = files.map((file) => {
    const from = registry.fileOf(project, file);
    if (from === null)
      throw new AppError(
        'NOT_FOUND',
        `${file.path} is not on this machine. "assay models pull-bytes ${name}@${version}" fetches it.`,
      );
    return { from, to: join(temporary, checkPath(file.path)), sha256: file.sha256 };
  });
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const onBytes = (count: number): void => {
    done += count;
    work.onProgress?.(done, total, `exporting ${name} ${version}`);
  };
  try {
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary);
    await registry.threads.ask('lay', { files: plan }, { signal: work.signal, onBytes });
    renameSync(temporary, target);
  } catch (error) {
    throw writeError(target, error);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return target;
}

function makeParent(target: string): void {
  try {
    mkdirSync(dirname(target), { recursive: true });
  } catch (error) {
    throw writeError(target, error);
  }
}

const TEXT_BYTES = 65_536;

/** The first 64 KB of a text among a version's files and evidence; null for what is no text or not on this machine. */
export function textOf(
  registry: Registry,
  project: string,
  name: string,
  version: string,
  path: string,
): string | null {
  const { files, evidence } = registry.read(project, name, version).definition;
  const file = files.find((one) => one.path === path) ?? evidence.find((one) => one.path === path);
  if (!file) throw new AppError('NOT_FOUND', `${name} ${version} has no file "${path}".`);
  const from = registry.fileOf(project, file);
  if (from === null) return null;
  const bytes = Buffer.alloc(Math.min(TEXT_BYTES, file.size));
  const fd = openSync(from, 'r');
  let length = 0;
  try {
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(fd, bytes, length, bytes.length - length, length);
  } finally {
    closeSync(fd);
  }
  const head = bytes.subarray(0, length);
  if (head.includes(0)) return null;
  try {
    // a sign that is cut at the end is no fault of the text
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: file.size > length });
  } catch {
    return null;
  }
}
