import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChangeEvent } from '../../../shared/contract/system.ts';
import { type Log, silentLog } from '../../platform/log.ts';
import { makeProject, type TestProject } from '../../testing/make-project.ts';
import { createEvents } from '../events.ts';
import { assayFolder, viewsFile } from '../projects/layout.ts';
import { createSettings, type SettingsService } from './service.ts';

let project: TestProject;
let folder: string;
let settings: SettingsService;
let warnings: string[];
let seen: ChangeEvent[];

beforeEach(() => {
  project = makeProject();
  folder = join(project.root, '..', 'data');
  warnings = [];
  seen = [];
  const events = createEvents();
  events.listen((event) => seen.push(event));
  const log: Log = { ...silentLog, warn: (message) => void warnings.push(message) };
  settings = createSettings({ folder, projects: project.lookup, events, log });
});
afterEach(() => project.dispose());

test('defaults before anything is written; a change is kept and told', () => {
  expect(settings.get()).toMatchObject({ theme: 'system', stopGraceSeconds: 10 });
  expect(existsSync(folder)).toBe(false);
  expect(settings.set({ theme: 'dark', smoothing: 0.6 })).toMatchObject({ theme: 'dark', smoothing: 0.6 });
  expect(settings.get()).toMatchObject({ theme: 'dark', smoothing: 0.6, stopGraceSeconds: 10 });
  expect(seen).toEqual([{ topic: 'settings', ids: [] }]);
  expect(warnings).toEqual([]);
});

test('unknown keys and wrong values are refused and change nothing', () => {
  expect(() => settings.set({ colour: 'red' })).toThrow(/no setting "colour"/);
  expect(() => settings.set({ theme: 'dark', stopGraceSeconds: -1 })).toThrow(
    /cannot be the setting "stopGraceSeconds"/,
  );
  expect(() => settings.set({ theme: 'pink' })).toThrow(/pink/);
  expect(settings.get().theme).toBe('system');
});

test('a wrong value in the file is its default with a warning, the others and those of a newer version stay', () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ theme: 7, smoothing: 0.5, future: 1 }));
  expect(settings.get()).toMatchObject({ theme: 'system', smoothing: 0.5 });
  expect(warnings).toHaveLength(1);
  settings.set({ capturePackages: false });
  expect(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))).toMatchObject({
    future: 1,
    capturePackages: false,
  });
});

test('a broken file is kept, and work goes on', () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'settings.json'), '{"theme": "da');
  expect(settings.get().theme).toBe('system');
  expect(readFileSync(join(folder, 'settings.json.broken'), 'utf8')).toBe('{"theme": "da');
  expect(warnings).toHaveLength(1);
  expect(settings.set({ theme: 'light' }).theme).toBe('light');
});

test('views are kept per project, in the project', () => {
  expect(settings.view('test', 'runs')).toBeNull();
  settings.setView('test', 'runs', { columns: ['a'], sort: null });
  settings.setView('test', 'compare', [1]);
  expect(settings.view('test', 'runs')).toEqual({ columns: ['a'], sort: null });
  expect(JSON.parse(readFileSync(viewsFile(project.root), 'utf8'))).toEqual({
    runs: { columns: ['a'], sort: null },
    compare: [1],
  });
  expect(settings.view('test', 'constructor')).toBeNull();
});

test('a view that is too large is refused, what was there stays', () => {
  settings.setView('test', 'runs', 1);
  expect(() => settings.setView('test', 'other', 'x'.repeat(200_000))).toThrow(/too large/);
  expect(settings.view('test', 'runs')).toBe(1);
});

test('a folder that is not initialised is not written to', () => {
  rmSync(assayFolder(project.root), { recursive: true });
  settings.setView('test', 'runs', 1);
  expect(existsSync(assayFolder(project.root))).toBe(false);
  expect(settings.view('test', 'runs')).toBe(1);
});

test('nonsense in views.json counts as nothing', () => {
  writeFileSync(viewsFile(project.root), '[1,');
  expect(settings.view('test', 'runs')).toBeNull();
  settings.setView('test', 'runs', 2);
  expect(settings.view('test', 'runs')).toBe(2);
});

test.skipIf(process.getuid?.() === 0)(
  'a read-only project: views go to the data folder (not run as root, who may write everywhere)',
  () => {
    chmodSync(assayFolder(project.root), 0o555);
    settings.setView('test', 'runs', 3);
    expect(settings.view('test', 'runs')).toBe(3);
    chmodSync(assayFolder(project.root), 0o755);
  },
);
