import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../platform/files.ts';
import type { Repo } from './config.ts';

/**
 * Sets or changes a remote in `.dvc/config`; comments and everything else in it stay.
 * @param url as people write it: a relative folder counts from `from`, and is written relative to `.dvc`, as DVC has it
 * @throws AppError BAD_REQUEST
 */
export function setRemote(repo: Repo, name: string, url: string, isDefault: boolean, from: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name))
    throw new AppError(
      'BAD_REQUEST',
      `"${name}" is no name for a remote. Use letters, digits, ".", "-" and "_", beginning with a letter or digit.`,
    );
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/@]*:[^/@]*@/i.test(url))
    throw new AppError(
      'BAD_REQUEST',
      'The address holds a password, and .dvc/config is committed for everybody to read. Leave it out; passwords are kept in .dvc/config.local or the environment.',
    );
  edit(repo, (lines) => {
    setKey(lines, `remote "${name}"`, 'url', writtenUrl(url, from, join(repo.root, '.dvc')));
    if (isDefault) setKey(lines, 'core', 'remote', name);
    else if (repo.config.defaultRemote === name) dropKey(lines, 'core', 'remote');
  });
}

/** @throws AppError NOT_FOUND when `.dvc/config` does not have it */
export function removeRemote(repo: Repo, name: string): void {
  edit(repo, (lines) => {
    const section = findSection(lines, `remote "${name}"`);
    if (!section)
      throw new AppError(
        'NOT_FOUND',
        `No remote "${name}" in .dvc/config. One that is set in .dvc/config.local or for the whole machine is removed there.`,
      );
    lines.splice(section.from, section.to - section.from);
    if (repo.config.defaultRemote === name) dropKey(lines, 'core', 'remote');
  });
}

function writtenUrl(url: string, from: string, dvcFolder: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(url) || isAbsolute(url) || url.startsWith('~')) return url;
  // "user@host:path" is what scp takes, and DVC does not
  if (/^[^/\\]+@[^/\\]+:/.test(url))
    throw new AppError('BAD_REQUEST', `"${url}" is an address of scp. Write it as ssh://user@host/path.`);
  return relative(dvcFolder, resolve(from, url)).split(sep).join('/');
}

function edit(repo: Repo, change: (lines: string[]) => void): void {
  const path = join(repo.root, '.dvc', 'config');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  change(lines);
  const next = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  if (next !== text) writeFileAtomic(path, next);
}

/** The lines of a section: its title is at `from`, the next one, or the end, at `to`. */
function findSection(lines: readonly string[], title: string): { from: number; to: number } | null {
  const titles = lines.flatMap((line, i) => {
    const inside = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1];
    return inside === undefined ? [] : [{ at: i, name: /^(['"])(.*)\1$/.exec(inside)?.[2] ?? inside }];
  });
  const found = titles.findIndex((one) => one.name === title);
  return found < 0 ? null : { from: titles[found]!.at, to: titles[found + 1]?.at ?? lines.length };
}

function setKey(lines: string[], title: string, key: string, value: string): void {
  const section = findSection(lines, title);
  const line = `    ${key} = ${quoted(value)}`;
  if (!section) {
    lines.push(title.includes('"') ? `['${title}']` : `[${title}]`, line);
    return;
  }
  const at = keyLine(lines, section, key);
  if (at !== null) {
    lines[at] = line;
    return;
  }
  let end = section.to;
  // behind the last line of it that says something
  while (end > section.from + 1 && /^\s*(#.*)?$/.test(lines[end - 1]!)) end--;
  lines.splice(end, 0, line);
}

function dropKey(lines: string[], title: string, key: string): void {
  const section = findSection(lines, title);
  const at = section && keyLine(lines, section, key);
  if (at !== null) lines.splice(at, 1);
}

function keyLine(lines: readonly string[], section: { from: number; to: number }, key: string): number | null {
  for (let i = section.from + 1; i < section.to; i++)
    if (/^\s*([^=\s#]+)\s*=/.exec(lines[i]!)?.[1]?.toLowerCase() === key) return i;
  return null;
}

/** As ConfigObj quotes: where a comma, a `#`, a quote or spaces at the ends would mean something else. */
function quoted(value: string): string {
  if (/[\r\n]/.test(value) || (value.includes('"') && value.includes("'")))
    throw new AppError('BAD_REQUEST', 'An address cannot hold line ends, or both kinds of quotes.');
  if (!/[,#"']|^\s|\s$/.test(value)) return value;
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}
