import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Lineage, type ModelDefinition } from '../../../../shared/contract/models.ts';
import type { Receipt } from '../../../../shared/contract/targets.ts';
import { type Db, openDb } from '../../../db/open.ts';
import { definitionOf, registryOf } from '../testing.ts';
import { createLineages } from './service.ts';

let root: string;
let db: Db;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-lineage-'));
  db = openDb(join(root, 'index.db'));
});
afterEach(() => {
  db.close();
  rmSync(root, { recursive: true, force: true });
});

const RUN = '0'.repeat(32);
const OTHER_RUN = '1'.repeat(32);
const HASH = 'd'.repeat(32);

function addRun(id: string, name: string, deleted = false): void {
  db.prepare(
    `INSERT INTO runs (id, name, experiment, status, source, command, created_at, deleted_at, git_commit, identity)
     VALUES (?, ?, 'default', 'finished', 'assay', '[]', 1, ?, ?, '{}')`,
  ).run(id, name, deleted ? 2 : null, 'c'.repeat(40));
  db.prepare('INSERT INTO datasets (run, path, role, hash) SELECT pk, ?, ?, ? FROM runs WHERE id = ?').run(
    'data/train.csv',
    'train',
    `md5:${HASH}`,
    id,
  );
}

const receiptOf = (changes: Partial<Receipt> = {}): Receipt => ({
  assay: 'receipt/1',
  target: 'team',
  kind: 'folder',
  url: '/out',
  model: 'churn',
  version: '1.0.0',
  definition: '',
  ref: '/out/churn/1.0.0',
  digest: '',
  aliases: ['champion'],
  at: 1_700_000_000_000,
  by: 'Ada',
  bytes: 1,
  skippedBytes: 0,
  verified: true,
  auditHead: '',
  elapsedMs: 1,
  details: {},
  ...changes,
});

async function setUp(definitions: ModelDefinition[], receipts: Receipt[] = []) {
  const registry = registryOf(definitions);
  const { digest } = await registry.read('p', definitions[0]!.model, definitions[0]!.version);
  const { lineage } = createLineages({
    registry,
    projects: { get: () => ({ root, db }) },
    receipts: (_, name, version) =>
      receipts
        .filter((one) => one.model === name && one.version === version)
        .map((one) => ({ ...one, definition: one.definition || digest })),
    recorded: async (_, path) => (path === 'data/train.csv' ? new Set([HASH]) : new Set()),
    hasCommit: async (_, commit) => commit !== '9'.repeat(40),
  });
  return async (focus: Parameters<typeof lineage>[1] = {}) => {
    const found = await lineage('p', focus);
    expect(Lineage.safeParse(found).error).toBeUndefined();
    return found;
  };
}

const edgesOf = (found: Lineage): string[] => found.edges.map(({ from, to }) => `${from} → ${to}`).sort();
const problemsOf = (found: Lineage) =>
  Object.fromEntries(found.nodes.filter((one) => one.problem).map((one) => [one.id, one.problem]));

test('data and code lead to the run, the run to the version, the version to where it went', async () => {
  addRun(RUN, 'calm-otter');
  const of = await setUp([definitionOf()], [receiptOf()]);
  const found = await of({ name: 'churn', version: '1.0.0' });
  expect(edgesOf(found)).toEqual([
    `code:${'c'.repeat(40)} → run:${RUN}`,
    `data:data/train.csv@${HASH} → run:${RUN}`,
    'model:churn@1.0.0 → receipt:churn@1.0.0:team',
    `run:${RUN} → model:churn@1.0.0`,
  ]);
  expect(problemsOf(found)).toEqual({});
  expect(found.nodes.find((one) => one.kind === 'data')?.ref).toEqual({
    path: 'data/train.csv',
    hash: HASH,
    version: 'v1',
  });
});

test('a version without a run is made of its data itself', async () => {
  const of = await setUp([definitionOf({ run: null })]);
  expect(edgesOf(await of({ name: 'churn' }))).toEqual([
    `code:${'c'.repeat(40)} → model:churn@1.0.0`,
    `data:data/train.csv@${HASH} → model:churn@1.0.0`,
  ]);
});

test('what is wrong is told at its node', async () => {
  const data = { role: null, size: null, version: null };
  const of = await setUp(
    [
      definitionOf({
        code: { commit: '9'.repeat(40), branch: null, dirty: null, remote: null },
        data: [
          { ...data, path: 'data/train.csv', hash: 'e'.repeat(32) },
          { ...data, path: 'data/raw.csv', hash: null },
        ],
      }),
    ],
    [receiptOf({ verified: false }), receiptOf({ target: 'shelf', definition: '0'.repeat(64) })],
  );
  const problems = problemsOf(await of());
  expect(Object.keys(problems)).toHaveLength(6);
  expect(problems[`run:${RUN}`]).toMatch(/not on this machine/);
  expect(problems[`code:${'9'.repeat(40)}`]).toMatch(/does not have the commit/);
  expect(problems[`data:data/train.csv@${'e'.repeat(32)}`]).toMatch(/not recorded in the history/);
  expect(problems['data:data/raw.csv@?']).toMatch(/was not recorded/);
  expect(problems['receipt:churn@1.0.0:team']).toMatch(/never read back/);
  expect(problems['receipt:churn@1.0.0:shelf']).toMatch(/another definition/);
  addRun(RUN, 'calm-otter', true);
  expect(problemsOf(await of())[`run:${RUN}`]).toBe('This run is in the trash.');
});

test('around a data version: every run that read it, and what those became', async () => {
  addRun(RUN, 'calm-otter');
  addRun(OTHER_RUN, 'no-model');
  const of = await setUp([definitionOf(), definitionOf({ version: '2.0.0', run: null, data: [] })], [receiptOf()]);
  const found = await of({ data: { path: 'data/train.csv', hash: `md5:${HASH}` } });
  expect(found.nodes.map(({ id }) => id).sort()).toEqual([
    `code:${'c'.repeat(40)}`,
    `data:data/train.csv@${HASH}`,
    'model:churn@1.0.0',
    'receipt:churn@1.0.0:team',
    `run:${RUN}`,
    `run:${OTHER_RUN}`,
  ]);
});

test('around a run that became no model; one that nobody knows is an error', async () => {
  addRun(OTHER_RUN, 'no-model');
  const of = await setUp([definitionOf()]);
  expect((await of({ run: OTHER_RUN })).nodes.map(({ kind }) => kind).sort()).toEqual(['code', 'data', 'run']);
  expect((await of({ run: RUN })).nodes).toHaveLength(4);
  await expect(of({ run: '2'.repeat(32) })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(of({ name: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('no more than 500 nodes, the newest first, and it says so', async () => {
  const many = Array.from({ length: 600 }, (_, i) =>
    definitionOf({
      version: `1.0.${i}`,
      created: new Date(1_700_000_000_000 + i).toISOString(),
      run: null,
      code: null,
      data: [],
    }),
  );
  const found = await (await setUp(many))();
  expect(found.nodes).toHaveLength(500);
  expect(found.nodes[0]?.id).toBe('model:churn@1.0.599');
  expect(found.cut).toMatch(/Only 500 things are shown/);
});
