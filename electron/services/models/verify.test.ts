import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ModelsWorld, makeModelsWorld } from '../../testing/make-models-world.ts';

let world: ModelsWorld;
beforeEach(async () => {
  world = await makeModelsWorld();
  world.put('m.bin', 'weights');
  await world.models.register({ project: world.id, name: 'churn', source: { path: 'm.bin' } });
  await world.models.setAlias(world.id, 'churn', 'champion', '1.0.0');
});
afterEach(() => world.dispose());

const findings = async (version = '1.0.0') =>
  (await world.models.verify({ project: world.id, name: 'churn', version })).findings;
const definition = 'models/churn/1.0.0.yaml';

test('an honest version has no findings', async () => {
  expect(await findings()).toEqual([]);
});

test('a byte changed in a model file is named', async () => {
  const [file] = (await world.models.get(world.id, 'churn', '1.0.0')).definition.files;
  const object = world.models.fileOf(world.id, file!)!;
  chmodSync(object, 0o644);
  writeFileSync(object, 'weightS');
  expect(await findings()).toMatchObject([{ severity: 'error', kind: 'file', where: 'm.bin' }]);
  // cut off: the size gives it away too
  writeFileSync(object, 'wei');
  expect(await findings()).toMatchObject([{ kind: 'file', where: 'm.bin' }]);
});

test('a definition that was edited is named, in the file and in the tag that has another', async () => {
  world.put(definition, world.read(definition).replace('description: ""', 'description: better'));
  expect(await findings()).toMatchObject([
    { kind: 'definition', where: definition },
    { kind: 'tag', where: 'churn@v1.0.0' },
  ]);
  world.put(definition, `${world.read(definition)}surprise: 1\n`);
  expect((await findings())[0]).toMatchObject({ kind: 'definition', where: definition });
  expect((await world.models.list(world.id)).broken).toMatchObject([{ file: definition }]);
});

test('an edit that was committed and tagged anew is still found by the log', async () => {
  world.put(definition, world.read(definition).replace('description: ""', 'description: better'));
  world.gitProgram('commit', '-qam', 'quietly');
  world.gitProgram('tag', '-f', '-a', '-m', 'moved', 'churn@v1.0.0', 'HEAD');
  expect(await findings()).toContainEqual(expect.objectContaining({ kind: 'definition', where: definition }));
});

test('tags moved by hand are named', async () => {
  world.put('m.bin', 'other weights');
  await world.models.register({ project: world.id, name: 'churn', source: { path: 'm.bin' } });
  world.gitProgram('tag', '-f', '-a', '-m', 'moved', 'churn#champion#1', 'churn@v1.0.1^{}');
  expect(await world.models.pointers(world.id, 'churn')).toEqual({ champion: '1.0.1' });
  for (const version of ['1.0.0', '1.0.1'])
    expect(await findings(version)).toMatchObject([{ kind: 'tag', where: 'churn#champion#1' }]);
  world.gitProgram('tag', '-d', 'churn#champion#1');
  expect(await findings()).toMatchObject([{ kind: 'tag', where: 'churn#champion#1' }]);
  world.gitProgram('commit', '--allow-empty', '-qm', 'root');
  const empty = world.gitProgram(
    'commit-tree',
    '-m',
    'no model',
    world.gitProgram('hash-object', '-t', 'tree', '-w', '/dev/null'),
  );
  world.gitProgram('tag', '-f', '-a', '-m', 'moved', 'churn@v1.0.0', empty);
  expect(await findings()).toContainEqual(expect.objectContaining({ kind: 'tag', where: 'churn@v1.0.0' }));
  world.gitProgram('tag', '-d', 'churn@v1.0.0');
  expect(await findings()).toContainEqual(expect.objectContaining({ kind: 'tag', where: 'churn@v1.0.0' }));
});

test('an evaluation that is not what its name says is named', async () => {
  const path = `models/churn/1.0.0/evaluations/${'a'.repeat(64)}.json`;
  world.put(path, '{"digest": "x"}');
  expect(await findings()).toMatchObject([{ kind: 'evaluation', where: path }]);
});

test('the log without its registration is found', async () => {
  const [event] = world.audit.events(world.id);
  writeFileSync(join(world.root, 'models/audit', `${event!.writer}.ndjson`), '');
  expect((await findings()).map(({ kind }) => kind)).toContain('audit');
});

test('the tag of a version moved to a later commit, which has the definition as well, is named itself', async () => {
  world.gitProgram('commit', '--allow-empty', '-qm', 'later');
  world.gitProgram('tag', '-f', '-a', '-m', 'moved', 'churn@v1.0.0', 'HEAD');
  expect(await findings()).toMatchObject([{ severity: 'error', kind: 'tag', where: 'churn@v1.0.0' }]);
});

test('a deprecation by hand is named', async () => {
  world.gitProgram('tag', '-a', '-m', 'by hand', 'churn@v1.0.0!#9', 'churn@v1.0.0^{}');
  expect((await world.models.get(world.id, 'churn', '1.0.0')).row.deprecated).toBe(true);
  expect(await findings()).toMatchObject([{ severity: 'warning', kind: 'tag', where: 'churn@v1.0.0!#9' }]);
});

test('an edit is not made a registration by registering the same files again', async () => {
  world.put(definition, world.read(definition).replace('description: ""', 'description: better'));
  world.gitProgram('commit', '-qam', 'quietly');
  world.gitProgram('tag', '-d', 'churn@v1.0.0');
  const again = world.models.register({
    project: world.id,
    name: 'churn',
    version: '1.0.0',
    source: { path: 'm.bin' },
  });
  await expect(again).rejects.toThrow(/was changed after churn 1\.0\.0 was registered/);
  expect(world.gitProgram('tag', '-l', 'churn@*')).toBe('');
});

test('two registrations of one number that met in a merge are named, and do no harm to the one that is here', async () => {
  await world.audit.append(world.id, {
    action: 'registered',
    model: 'churn',
    version: '1.0.0',
    data: { definition: 'd'.repeat(64) },
  });
  expect(await findings()).toMatchObject([{ severity: 'warning', kind: 'definition', where: definition }]);
});
