import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ModelsWorld, makeModelsWorld } from '../../testing/make-models-world.ts';
import { createModels } from './service.ts';

let world: ModelsWorld;
let models: ReturnType<typeof createModels>;
beforeEach(async () => {
  world = await makeModelsWorld();
  world.put('m.bin', 'weights');
  await world.models.register({ project: world.id, name: 'churn', source: { path: 'm.bin' } });
  models = createModels({ ...world.deps, watch: true });
});
afterEach(async () => {
  await models.dispose();
  await world.dispose();
});

/** Resolves with the next word about models. */
const told = (): Promise<void> =>
  new Promise((resolve) => {
    const stop = world.events.listen(({ topic }) => {
      if (topic !== 'models') return;
      stop();
      resolve();
    });
  });

test('a tag that git makes and a definition that comes from elsewhere are told, and listed', async () => {
  await models.list(world.id);
  const tag = told();
  world.gitProgram('tag', '-a', '-m', 'by hand', 'churn#champion#1', 'churn@v1.0.0^{}');
  await tag;
  expect((await models.list(world.id)).models[0]!.aliases).toEqual({ champion: '1.0.0' });
  world.gitProgram('pack-refs', '--all');
  expect((await models.list(world.id)).models[0]!.aliases).toEqual({ champion: '1.0.0' });
  world.gitProgram('tag', '-d', 'churn#champion#1');
  expect((await models.list(world.id)).models[0]!.aliases).toEqual({});
});

test('a version that git brings is listed', async () => {
  const text = world.read('models/churn/1.0.0.yaml').replace('version: 1.0.0', 'version: 1.1.0');
  await models.list(world.id);
  const came = told();
  world.put('models/churn/1.1.0.yaml', text);
  await came;
  expect(await models.versions(world.id, 'churn')).toEqual(['1.1.0', '1.0.0']);
});
