import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseFilter } from '../../../shared/run-filter.ts';
import { insertRun } from '../../testing/insert-run.ts';
import { makeProject, type TestProject } from '../../testing/make-project.ts';
import { readRows } from './rows.ts';
import { findPage } from './store.ts';

const NOW = new Date(2026, 5, 15, 12).getTime();
const at = (day: number): number => new Date(2026, 5, day, 12).getTime();
let project: TestProject;

beforeAll(() => {
  project = makeProject();
  const { db } = project;
  insertRun(db, {
    id: 'aaaa0000000000000000000000001111',
    name: 'ResNet-50 100%_x',
    experiment: 'vision',
    status: 'finished',
    command: ['python', 'train.py', '--opt', 'say "hi"'],
    createdAt: at(1),
    startedAt: at(1),
    endedAt: at(1) + 90_000,
    starred: true,
    note: 'Überraschung',
    git: { commit: 'abcdef0123', branch: 'main', dirty: true },
    params: { lr: 0.1, opt: 'Adam', on: true, none: null, list: [1, 2] },
    tags: { owner: 'zoë', 'k:1': 'v' },
    metrics: { loss: [0.3, 0.1, 0.9], 'a b': 1, 'a.min': 7 },
  });
  insertRun(db, {
    id: 'bbbb0000000000000000000000002222',
    name: 'diverged',
    experiment: 'vision',
    status: 'failed',
    createdAt: at(10),
    startedAt: at(10),
    endedAt: at(10) + 10_000,
    git: { commit: 'fedcba', branch: 'dev', dirty: false },
    params: { lr: 1, opt: 'sgd' },
    metrics: { loss: Number.NaN, up: Number.POSITIVE_INFINITY },
  });
  insertRun(db, {
    id: 'cccc0000000000000000000000003333',
    name: 'live',
    experiment: 'text',
    status: 'running',
    createdAt: at(14),
    startedAt: NOW - 3_600_000,
    params: { lr: '0.1' },
    metrics: { loss: 0.05 },
  });
});
afterAll(() => project.dispose());

function found(filter: string): string {
  const parsed = parseFilter(filter, NOW);
  if (!parsed.ok) throw new Error(parsed.message);
  const { pks, total } = findPage(project.db, {
    filter: parsed.filter,
    deleted: false,
    sort: { key: 'createdAt', desc: false },
    offset: 0,
    limit: 100,
    now: NOW,
  });
  const names = readRows(project.db, pks, { metrics: [], params: [] }).map((row) => row.id[0]);
  expect(total).toBe(names.length);
  return names.join('');
}

test.each([
  ['', 'abc'],
  ['resnet', 'a'],
  ['RESNET vision', 'a'],
  ['vision', 'ab'],
  ['"50 100%_X"', 'a'],
  ['%', 'a'],
  ['_', 'a'],
  ['ÜBERRASCHUNG', 'a'],
  ['ZOË', 'a'],
  ['"train.py --opt"', 'a'],
  ['"say \\"hi\\""', 'a'],
  ['--opt', 'a'],
  ['aaaa00', 'a'],
  ['00003333', 'c'],
  ["x'; DROP TABLE runs; --", ''],
  ['live OR diverged', 'bc'],
  ['-live', 'ab'],
  ['NOT (live OR diverged)', 'a'],
  ['(live OR diverged) status:failed', 'b'],
  ['status:running', 'c'],
  ['status!=running', 'ab'],
  ['status:f', 'ab'],
  ['experiment=vision', 'ab'],
  ['experiment=VISION', ''],
  ['experiment:VIS', 'ab'],
  ['branch:main', 'a'],
  ['branch!=main', 'b'],
  ['-branch:main', 'bc'],
  ['commit:abc', 'a'],
  ['commit:cde', ''],
  ['source:sdk', 'abc'],
  ['command:"train.py --opt"', 'a'],
  ['starred:true', 'a'],
  ['starred:false', 'bc'],
  ['is:dirty', 'a'],
  ['is:clean', 'b'],
  ['is:active', 'c'],
  ['has:note', 'a'],
  ['tag.owner:ZOË', 'a'],
  ['tag.owner=zoë', 'a'],
  ['tag."k:1"=v', 'a'],
  ['has:tag.owner', 'a'],
  ['metric.loss<0.3', 'c'],
  ['metric.loss<=0.3', 'ac'],
  ['metric.loss=0.3', 'a'],
  ['metric.loss!=0.3', 'bc'],
  ['-metric.loss<=0.3', 'b'],
  ['metric.loss=nan', 'b'],
  ['metric.loss!=nan', 'ac'],
  ['metric.loss<nan', ''],
  ['metric.up=inf', 'b'],
  ['metric.up>1e300', 'b'],
  ['metric.loss.min<=0.1', 'ac'],
  ['metric.loss.max>=0.9', 'a'],
  ['metric.loss.count=3 metric.loss.step=2', 'abc'],
  ['metric."a b"=1', 'a'],
  ['metric."a.min"=7', 'a'],
  ['has:metric.up', 'b'],
  ['-has:metric.up', 'ac'],
  ['param.lr=0.1', 'ac'],
  ['param.lr="0.1"', 'ac'],
  ['param.lr=0.10', 'a'],
  ['param.lr>=0.1', 'ab'],
  ['param.lr!=0.1', 'b'],
  ['param.opt:ADA', 'a'],
  ['param.opt=Adam', 'a'],
  ['param.opt=adam', ''],
  ['param.on=true', 'a'],
  ['param.none=null', 'a'],
  ['param.list=[1,2]', 'a'],
  ['has:param.opt', 'ab'],
  ['duration>60', 'ac'],
  ['duration=90', 'a'],
  ['duration>=1h', 'c'],
  ['created>2026-06-01', 'bc'],
  ['created>=2026-06-01', 'abc'],
  ['created<2026-06-10', 'a'],
  ['created<=2026-06-10', 'ab'],
  ['created:2026-06-10', 'b'],
  ['created!=2026-06-10', 'ac'],
  ['created>-7d', 'bc'],
  ['ended>2026', ''],
])('%s finds "%s"', (filter, ids) => {
  expect(found(filter)).toBe(ids);
});

test('a hundred terms are no trouble', () => {
  expect(found(Array.from({ length: 100 }, () => 'metric.loss<1').join(' '))).toBe('ac');
  expect(found(`${'('.repeat(30)}live${')'.repeat(30)}`)).toBe('c');
});
