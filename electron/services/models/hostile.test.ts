import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ModelsWorld, makeModelsWorld } from '../../testing/make-models-world.ts';

let world: ModelsWorld;
beforeEach(async () => {
  world = await makeModelsWorld();
  world.put('m.bin', 'weights');
});
afterEach(() => world.dispose());

const register = (name: string, more: object = {}) =>
  world.models.register({ project: world.id, name, source: { path: 'm.bin' }, ...more });
const nothingWritten = (): void => {
  expect(world.gitProgram('status', '--porcelain', 'models')).toBe('');
  expect(world.gitProgram('tag', '-l')).toBe('');
};

test.each(['../../x', '<!channel>', 'UPPER', 'a/b', '', 'a b', '.git', 'audit', 'keys', 'x'.repeat(101), 'a\n'])(
  'no model is called %j',
  async (name) => {
    await expect(register(name)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(world.models.read(world.id, name, '1.0.0')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    nothingWritten();
  },
);

test.each(['1.0', 'v1.0.0', '../1.0.0', '1.0.0+build', '01.0.0', '1.0.0/../../x'])(
  'no version is %j',
  async (version) => {
    await expect(register('churn', { version })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    nothingWritten();
  },
);

test('what leads outside or is no plain file is refused', async () => {
  const from = (path: string) => world.models.register({ project: world.id, name: 'churn', source: { path } });
  for (const path of ['../', '/etc/passwd', '../../../etc/passwd'])
    await expect(from(path)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(from('nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  symlinkSync('/etc/passwd', join(world.root, 'link'));
  await expect(from('link')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  mkdirSync(join(world.root, 'folder'));
  await expect(from('folder')).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringContaining('empty'),
  });
  symlinkSync('/etc', join(world.root, 'folder/etc'));
  await expect(from('folder')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  mkdirSync(join(world.root, 'pipes'));
  execFileSync('mkfifo', [join(world.root, 'pipes/pipe')]);
  await expect(from('pipes')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  mkdirSync(join(world.root, 'circle'));
  symlinkSync('.', join(world.root, 'circle/again'));
  await expect(from('circle')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  mkdirSync(join(world.root, 'names'));
  writeFileSync(join(world.root, 'names/a\nb'), '');
  await expect(from('names')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  nothingWritten();
});

test('a link to a file of the project counts as that file', async () => {
  mkdirSync(join(world.root, 'folder'));
  symlinkSync('../m.bin', join(world.root, 'folder/w.bin'));
  await world.models.register({ project: world.id, name: 'churn', source: { path: 'folder' } });
  const { definition } = await world.models.get(world.id, 'churn', '1.0.0');
  expect(definition.files).toMatchObject([{ path: 'w.bin', size: 7 }]);
});

const yaml = (): string => world.read('models/churn/1.0.0.yaml');
test('definitions that would harm or lie are named and left alone', async () => {
  await register('churn');
  const good = yaml();
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${Array.from(
    { length: 20 },
    (_, i) =>
      `${'abcdefghijklmnopqrstu'[i + 1]}: &${'abcdefghijklmnopqrstu'[i + 1]} [${`*${'abcdefghijklmnopqrstu'[i]},`.repeat(10)}]`,
  ).join('\n')}\n`;
  const bad = {
    '2.0.0': bomb,
    '2.0.1': `x: ${'['.repeat(100_000)}`,
    '2.0.2': good,
    '2.0.3': good.replace('model: churn', 'model: other').replace('1.0.0', '2.0.3'),
    '2.0.4': 'x'.repeat(5_000_000),
    '2.0.5': `${good.replace('version: 1.0.0', 'version: 2.0.5')}more: 1\n`,
    '2.0.6': good.replace('version: 1.0.0', 'version: 2.0.6').replace('metrics: {}', 'metrics: {a: .nan}'),
    '2.0.7': good.replace('version: 1.0.0', 'version: 2.0.7').replace('size: 7', 'size: 10000000000000000000000'),
    '2.0.8': '',
  };
  for (const [version, text] of Object.entries(bad)) world.put(`models/churn/${version}.yaml`, text);
  symlinkSync('1.0.0.yaml', join(world.root, 'models/churn/2.0.9.yaml'));
  world.put('models/BAD NAME/1.0.0.yaml', good);
  world.put('models/churn/notes.yaml', 'not: ours');
  const { models, broken } = await world.models.list(world.id);
  expect(models).toMatchObject([{ name: 'churn', versions: 1 }]);
  expect(broken.map(({ file }) => file).sort()).toEqual(
    [
      'models/BAD NAME/1.0.0.yaml',
      ...Object.keys(bad).map((version) => `models/churn/${version}.yaml`),
      'models/churn/2.0.9.yaml',
    ].sort(),
  );
  for (const version of Object.keys(bad))
    await expect(world.models.read(world.id, 'churn', version)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('without a name of git nothing is written', async () => {
  await world.dispose();
  // before the threads start, which take the environment as it is then
  for (const name of ['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'EMAIL']) vi.stubEnv(name, '');
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  try {
    world = await makeModelsWorld();
    world.put('m.bin', 'weights');
    world.put('.git/config', world.read('.git/config').replace(/\[user\][\s\S]*$/, ''));
    await expect(register('churn')).rejects.toMatchObject({ message: expect.stringContaining('user.name') });
    nothingWritten();
  } finally {
    vi.unstubAllEnvs();
  }
});

test('without a repository or during a merge nothing is written', async () => {
  world.put('.git/MERGE_HEAD', `${'0'.repeat(40)}\n`);
  await expect(register('churn')).rejects.toMatchObject({ code: 'CONFLICT' });
  execFileSync('rm', ['-r', join(world.root, '.git')]);
  await expect(register('churn')).rejects.toMatchObject({ message: expect.stringContaining('git init') });
  expect((await world.models.list(world.id)).models).toEqual([]);
});

test('an alias is no stage, and a stage is one of the project', async () => {
  world.put('assay.yaml', 'models: {stages: [production]}\n');
  await register('churn');
  const { models, id } = world;
  await expect(models.setAlias(id, 'churn', 'production', '1.0.0')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(models.setStage(id, 'churn', '1.0.0', 'prod')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(models.setAlias(id, 'churn', 'champion', '9.9.9')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const alias of ['Bad', 'a#b', '../x', 'latest', 'approved', '-a'])
    await expect(models.setAlias(id, 'churn', alias, '1.0.0')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await models.setAlias(id, 'churn', 'champion', '1.0.0');
  await expect(models.deprecate(id, 'churn', '1.0.0', '', false)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a version that is there is a conflict, also one whose tag is on another branch', async () => {
  await register('churn');
  world.put('m.bin', 'else');
  await expect(register('churn', { version: '1.0.0' })).rejects.toMatchObject({ code: 'CONFLICT' });
  world.gitProgram('checkout', '-q', '--orphan', 'other');
  world.gitProgram('rm', '-rq', '--cached', '.');
  execFileSync('rm', ['-r', join(world.root, 'models')]);
  await expect(register('churn', { version: '1.0.0' })).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await register('churn')).toBe('1.0.1');
});

test('of two who register the same version at once exactly one does', async () => {
  world.put('n.bin', 'other weights');
  const both = await Promise.allSettled(
    ['m.bin', 'n.bin'].map((path) =>
      world.models.register({ project: world.id, name: 'churn', source: { path }, version: '1.0.0' }),
    ),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } });
  const verified = await world.models.verify({ project: world.id, name: 'churn', version: '1.0.0' });
  expect(verified.findings).toEqual([]);
  expect(world.audit.events(world.id)).toHaveLength(1);
});

test('cancelled means nothing was registered', async () => {
  const stop = new AbortController();
  stop.abort();
  const work = { signal: stop.signal };
  await expect(
    world.models.register({ project: world.id, name: 'churn', source: { path: 'm.bin' } }, work),
  ).rejects.toMatchObject({ code: 'CANCELLED' });
  nothingWritten();
});
