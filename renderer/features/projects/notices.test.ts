import { expect, test } from 'vitest';
import type { ProjectState } from '../../../shared/contract/projects.ts';
import { noticesOf } from './notices.ts';

const healthy: ProjectState = {
  project: {
    id: 'p',
    name: 'P',
    root: '/p',
    openedAt: 0,
    trusted: true,
    initialised: true,
    exists: true,
    example: false,
  },
  git: { branch: 'main', commit: 'a', remote: null, dirty: false, changedFiles: 0, merging: false, detached: false },
  problems: [],
  python: null,
  defaultCommand: null,
  defaultExperiment: null,
  runs: { total: 0, active: 0, queued: 0, deleted: 0 },
};
const ids = (state: ProjectState): string[] => noticesOf(state).map((notice) => notice.id);

test('a healthy project has nothing to say', () => {
  expect(ids(healthy)).toEqual([]);
});

test('a fresh folder offers to be set up and asks for trust, which cannot be put away', () => {
  const state = { ...healthy, project: { ...healthy.project, trusted: false, initialised: false } };
  expect(ids(state)).toEqual(['init', 'trust']);
  expect(noticesOf(state)[1]).toMatchObject({ action: 'trust', closable: false });
});

test('a folder that is gone only says so and offers to forget it', () => {
  const problems = [{ code: 'missing', message: 'gone' }];
  const state = { ...healthy, git: null, problems, project: { ...healthy.project, exists: false, trusted: false } };
  expect(noticesOf(state)).toEqual([{ id: 'missing', tone: 'bad', text: 'gone', closable: false, action: 'forget' }]);
});

test('a folder that cannot be written is not offered what would write into it', () => {
  const problems = [{ code: 'read_only', message: 'read only' }];
  const state = { ...healthy, problems, project: { ...healthy.project, trusted: false, initialised: false } };
  expect(ids(state)).toEqual(['read_only']);
});

test('no git is a note, unless git itself is the problem', () => {
  expect(ids({ ...healthy, git: null })).toEqual(['no_git']);
  expect(ids({ ...healthy, git: null, problems: [{ code: 'git', message: 'broken' }] })).toEqual(['git']);
});
