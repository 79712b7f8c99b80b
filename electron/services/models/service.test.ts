import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ModelsWorld, makeModelsWorld } from '../../testing/make-models-world.ts';

let world: ModelsWorld;
beforeEach(async () => {
  world = await makeModelsWorld();
});
afterEach(() => world.dispose());

const project = (): string => world.id;

test('a version of a run: files, evidence, commit, tag and event', async () => {
  const { models } = world;
  const run = await world.run(
    { 'model/weights.bin': 'abc', 'model/config.json': '{}', 'rows.csv': 'a,b\n1,2\n' },
    {
      identity: { experiment: 'churn' },
      lines: [
        { t: 1, p: { lr: 0.1 } },
        { t: 2, s: 1, m: { accuracy: 0.93, loss: 'NaN' } },
      ],
    },
  );
  const version = await models.register({ project: project(), name: 'churn', source: { run: run.id } });
  expect(version).toBe('1.0.0');
  const detail = await models.get(project(), 'churn', '1.0.0');
  expect(detail.definition.files.map(({ path }) => path)).toEqual(['config.json', 'weights.bin']);
  expect(detail.definition.files[1]!.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(detail.definition.evidence).toMatchObject([{ path: 'rows.csv', role: 'table' }]);
  expect(detail.definition.run).toMatchObject({ id: run.id, artifact: 'model' });
  expect(detail.uncommitted).toBe(false);
  expect(detail.tag?.name).toBe('churn@v1.0.0');
  expect(world.gitProgram('cat-file', '-t', 'churn@v1.0.0')).toBe('tag');
  expect(world.gitProgram('show', 'churn@v1.0.0:models/churn/1.0.0.yaml')).toBe(world.read(detail.file).trim());
  expect(world.gitProgram('status', '--porcelain', 'models')).toBe('');
  expect(detail.history.map(({ action }) => action)).toEqual(['registered']);
  expect((await models.list(project())).models).toMatchObject([
    { name: 'churn', versions: 1, latest: { version: '1.0.0', present: true } },
  ]);
  expect(await models.ofRun(project(), run.id)).toHaveLength(1);
});

test('aliases and stages are the tags of GTO', async () => {
  world.put('assay.yaml', 'models: {stages: [staging, production]}\n');
  world.put('m.txt', 'one');
  const { models } = world;
  const source = { path: 'm.txt' };
  await models.register({ project: project(), name: 'churn', source });
  world.put('m.txt', 'two');
  expect(await models.register({ project: project(), name: 'churn', source })).toBe('1.0.1');
  await models.setAlias(project(), 'churn', 'champion', '1.0.0');
  await models.setAlias(project(), 'churn', 'champion', '1.0.1');
  await models.setStage(project(), 'churn', '1.0.1', 'staging');
  await models.setStage(project(), 'churn', '1.0.1', 'production');
  expect(await models.pointers(project(), 'churn')).toEqual({ champion: '1.0.1', production: '1.0.1' });
  expect((await models.pointerHistory(project(), 'churn', 'champion')).map(({ version }) => version)).toEqual([
    '1.0.1',
    '1.0.0',
  ]);
  expect(world.gitProgram('tag', '-l').split('\n')).toEqual([
    'churn#champion#1',
    'churn#champion#2',
    'churn#production#4',
    'churn#staging!#5',
    'churn#staging#3',
    'churn@v1.0.0',
    'churn@v1.0.1',
  ]);
  await models.setAlias(project(), 'churn', 'champion', null);
  expect(await models.pointers(project(), 'churn')).toEqual({ production: '1.0.1' });
  await models.deprecate(project(), 'churn', '1.0.0', 'too old', false);
  expect((await models.get(project(), 'churn', '1.0.0')).row.deprecated).toBe(true);
  await models.deprecate(project(), 'churn', '1.0.0', '', true);
  expect((await models.get(project(), 'churn', '1.0.0')).row.deprecated).toBe(false);
  expect(world.gitProgram('status', '--porcelain', 'models')).toBe('');
  expect(world.audit.events(project()).map(({ action }) => action)).toEqual([
    'registered',
    'registered',
    'alias-set',
    'alias-set',
    'stage-set',
    'stage-set',
    'stage-removed',
    'alias-removed',
    'deprecated',
    'restored',
  ]);
});

test('a pointer that moves as a part of a larger action leaves one event, of that action, with its tag', async () => {
  world.put('m.txt', 'one');
  const { models } = world;
  await models.register({ project: project(), name: 'churn', source: { path: 'm.txt' } });
  const partOf = { action: 'rolled-back' as const, data: { reason: 'bad' }, title: 'Roll back' };
  await models.setPointer(project(), 'churn', 'champion', '1.0.0', partOf);
  expect(world.audit.events(project()).map(({ action }) => action)).toEqual(['registered', 'rolled-back']);
  expect(world.audit.events(project())[1]!.data).toMatchObject({ reason: 'bad', tag: 'churn#champion#1' });
  expect(world.gitProgram('log', '-1', '--format=%s')).toBe('Roll back');
  const { findings } = await models.verify({ project: project(), name: 'churn', version: '1.0.0' });
  expect(findings).toEqual([]);
  expect(await models.isDeprecated(project(), 'churn', '1.0.0')).toBe(false);
});
