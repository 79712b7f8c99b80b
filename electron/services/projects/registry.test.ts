import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { browse } from './browse.ts';
import { initProject } from './init.ts';
import { createRegistry, projectId, realFolder } from './registry.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'assay-registry-'));

test('remembers projects, the newest first, and trust apart from them', () => {
  const registry = createRegistry(folder());
  registry.put('/a', { openedAt: 1 });
  registry.put('/b', { openedAt: 2, trusted: true });
  registry.put('/a', { openedAt: 3 });
  expect(registry.list().map((entry) => entry.root)).toEqual(['/a', '/b']);
  expect(registry.find('/b')?.trusted).toBe(true);
  expect(registry.find('/a')?.trusted).toBe(false);
  registry.remove('/b');
  expect(registry.find('/b')).toBeUndefined();
});

test('a broken list of projects is an empty one, not a crash', () => {
  const data = folder();
  writeFileSync(join(data, 'projects.json'), '[{"root":');
  expect(createRegistry(data).list()).toEqual([]);
});

test('ids are stable, short and different for equal names', () => {
  expect(projectId('/x/My Project 🐧')).toMatch(/^my-project-[0-9a-f]{8}$/);
  expect(projectId('/x/a')).not.toBe(projectId('/y/a'));
  expect(projectId('/x/🐧')).toMatch(/^project-/);
});

test('says what is wrong with a folder', () => {
  const home = folder();
  writeFileSync(join(home, 'file'), '');
  expect(() => realFolder(join(home, 'nowhere'), home)).toThrow('There is no folder');
  expect(() => realFolder(join(home, 'file'), home)).toThrow('is a file');
  expect(realFolder('~', home)).toBe(realFolder(home, home));
});

test('the folder picker shows folders only, and no hidden ones', () => {
  const home = folder();
  for (const name of ['b', 'a 10', 'a 9', '.hidden']) mkdirSync(join(home, name));
  mkdirSync(join(home, 'b', '.git'));
  writeFileSync(join(home, 'file'), '');
  expect(browse(home, home).entries.map((entry) => entry.name)).toEqual(['a 9', 'a 10', 'b']);
  expect(browse(home, home).entries[2]).toMatchObject({ git: true, assay: false });
});

test('init makes what is missing and overwrites nothing', () => {
  const root = folder();
  writeFileSync(join(root, 'assay.yaml'), 'name: mine\n');
  expect(initProject(root).created).toEqual(['.assay/']);
  expect(initProject(root).created).toEqual([]);
  expect(readFileSync(join(root, 'assay.yaml'), 'utf8')).toBe('name: mine\n');
  expect(readFileSync(join(root, '.assay', '.gitignore'), 'utf8')).toContain('*');
});
