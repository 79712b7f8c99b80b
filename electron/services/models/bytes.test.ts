import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ModelsWorld, makeModelsWorld } from '../../testing/make-models-world.ts';
import { startObjectServer } from '../../testing/object-server.ts';

let world: ModelsWorld;
beforeEach(async () => {
  world = await makeModelsWorld();
});
afterEach(() => world.dispose());

const on = () => ({ project: world.id, name: 'churn', version: '1.0.0', remote: null });

async function withRemote(url: string): Promise<string> {
  world.put('.dvc/config', `[core]\n    remote = team\n['remote "team"']\n    url = ${url}\n`);
  world.put('m.bin', 'weights');
  await world.models.register({ project: world.id, name: 'churn', source: { path: 'm.bin' } });
  const [file] = (await world.models.get(world.id, 'churn', '1.0.0')).definition.files;
  return world.models.fileOf(world.id, file!)!;
}

test('bytes go beside those of the data, and come back checked, through a folder', async () => {
  const remote = join(world.root, '..', 'remote');
  const object = await withRemote(remote);
  expect(object).toContain(join('.dvc', 'cache', 'files', 'sha256'));
  expect(await world.models.pushBytes(on())).toMatchObject({ remote: 'team', files: 1, bytes: 7 });
  expect(await world.models.pushBytes(on())).toMatchObject({ files: 0 });
  rmSync(object);
  expect((await world.models.get(world.id, 'churn', '1.0.0')).row.present).toBe(false);
  await expect(world.models.pushBytes(on())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await world.models.pullBytes(on())).toMatchObject({ files: 1, bytes: 7 });
  expect(readFileSync(object, 'utf8')).toBe('weights');
  // what is damaged here is fetched anew; what is damaged there is not taken
  chmodSync(object, 0o644);
  writeFileSync(object, 'weightS');
  expect(await world.models.pullBytes(on())).toMatchObject({ files: 1 });
  expect(readFileSync(object, 'utf8')).toBe('weights');
  const there = object.replace(join(world.root, '.dvc/cache'), remote);
  chmodSync(there, 0o644);
  writeFileSync(there, 'weightS');
  rmSync(object);
  await expect(world.models.pullBytes(on())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(existsSync(object)).toBe(false);
});

test('a project without remotes says what to do', async () => {
  world.put('m.bin', 'weights');
  await world.models.register({ project: world.id, name: 'churn', source: { path: 'm.bin' } });
  await expect(world.models.pushBytes(on())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const [file] = (await world.models.get(world.id, 'churn', '1.0.0')).definition.files;
  expect(world.models.fileOf(world.id, file!)).toContain(join('.assay', 'cache'));
  // a DVC repository that comes later hides nothing
  world.put('.dvc/config', '');
  expect(world.models.fileOf(world.id, file!)).not.toBeNull();
});

test('export lays the files out in a new folder', async () => {
  world.put('model/a.txt', 'A');
  world.put('model/deep/b.txt', 'B');
  await world.models.register({ project: world.id, name: 'churn', source: { path: 'model' } });
  const what = { project: world.id, name: 'churn', version: '1.0.0' };
  await world.models.export({ ...what, to: 'out/v1' });
  expect(world.read('out/v1/deep/b.txt')).toBe('B');
  await expect(world.models.export({ ...what, to: 'out/v1' })).rejects.toMatchObject({ code: 'CONFLICT' });
  for (const to of ['../x', '/tmp/x', '.', ''])
    await expect(world.models.export({ ...what, to })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(world.models.text(world.id, 'churn', '1.0.0', 'a.txt')).toBe('A');
  expect(() => world.models.text(world.id, 'churn', '1.0.0', '../a.txt')).toThrow();
});

test('the same over a network: hashed on arrival, and a server that sends something else is found', async () => {
  const server = await startObjectServer();
  try {
    const object = await withRemote(`${server.url}/data`);
    expect(await world.models.pushBytes(on())).toMatchObject({ files: 1, bytes: 7 });
    const key = `data/files/sha256/${object.split(/[\\/]/).slice(-2).join('/')}`;
    expect(server.objects.get(key)?.toString()).toBe('weights');
    rmSync(object);
    expect(await world.models.pullBytes(on())).toMatchObject({ files: 1, bytes: 7 });
    expect(readFileSync(object, 'utf8')).toBe('weights');
    rmSync(object);
    for (const wrong of ['weightS', 'weights and much more', '']) {
      server.objects.set(key, Buffer.from(wrong));
      await expect(world.models.pullBytes(on())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(existsSync(object)).toBe(false);
    }
    server.objects.delete(key);
    await expect(world.models.pullBytes(on())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  } finally {
    await server.close();
  }
});
