import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ModelsWorld, makeModelsWorld } from '../../testing/make-models-world.ts';
import { as, makeReviews } from '../../testing/make-reviews.ts';

let world: ModelsWorld;
let made: ReturnType<typeof makeReviews>;
beforeEach(async () => {
  world = await makeModelsWorld();
  made = makeReviews(world);
});
afterEach(() => world.dispose());

async function register(policy = ''): Promise<void> {
  world.put('assay.yaml', `models: {review: {${policy}}}\n`);
  world.put('m.txt', 'one');
  world.gitProgram('add', 'assay.yaml');
  world.gitProgram('commit', '-qm', 'policy');
  await world.models.register({ project: world.id, name: 'churn', source: { path: 'm.txt' } });
}
const request = () => made.reviews.request(world.id, 'churn', '1.0.0', 'please');
const get = () => made.reviews.get(world.id, 'churn', '1.0.0');
const decide = (decision: 'approve' | 'reject', override: string | null = null) =>
  made.reviews.decide(world.id, 'churn', '1.0.0', { decision, comment: 'c', override });
const verify = () => made.reviews.verify(world.id, 'churn', '1.0.0');

describe('a review', () => {
  it('goes from request to approval: frozen evaluation, signature, tag, commit, notices', async () => {
    await register();
    expect((await get()).state).toBe('none');
    await expect(decide('approve')).rejects.toThrow(/Nobody requested/);
    const asked = await request();
    expect(asked).toMatchObject({
      state: 'requested',
      missing: 1,
      waitingFor: ['1 more approval'],
      mayNotDecide: null,
    });
    expect(asked.evaluation?.gates).toHaveLength(1);
    const done = await as('Bo', () => decide('approve'));
    expect(done).toMatchObject({
      state: 'approved',
      overridden: false,
      decisions: [{ by: { name: 'Bo' }, byAuthor: false }],
      signature: { yours: true, valid: true },
      changedSince: [],
    });
    expect(world.gitProgram('status', '--porcelain', 'models')).toBe('');
    expect(world.gitProgram('tag', '-l', '-n9', 'churn#approved#1')).toContain('Approved-by: Bo <bo@example.invalid>');
    expect(world.gitProgram('rev-parse', 'churn#approved#1^{}')).toBe(world.gitProgram('rev-parse', 'churn@v1.0.0^{}'));
    // the tag is a mark of the approval, and no alias that a person gave
    const { rows } = await world.models.page(world.id, { name: 'churn', filter: '', offset: 0, limit: 9 });
    expect(rows[0]!.aliases).toEqual([]);
    expect(made.said.map(({ event }) => event)).toEqual(['request', 'decision']);
    expect(await verify()).toEqual([]);
    expect((await world.audit.verify(world.id)).findings).toEqual([]);
    expect(await made.reviews.list(world.id)).toMatchObject([{ state: 'approved', waitsForYou: false }]);
    await expect(request()).rejects.toThrow(/approved already/);
    await expect(as('Cy', () => decide('reject'))).rejects.toThrow(/approved already/);
  });

  it('needs n of m reviewers, each counted once, and not the author where the policy says so', async () => {
    await register(
      'approvals: 2, reviewers: [Bo@example.invalid, cy@example.invalid, a@example.invalid], author_may_approve: false',
    );
    expect((await request()).waitingFor).toEqual(['Bo@example.invalid', 'cy@example.invalid']);
    await expect(decide('approve')).rejects.toThrow(/authors may not/);
    await expect(as('Di', () => decide('approve'))).rejects.toThrow(/not among the reviewers/);
    expect((await get()).mayNotDecide).toMatch(/authors may not/);
    await as('Bo', () => decide('approve'));
    const again = await as('Bo', () => decide('approve'));
    expect(again).toMatchObject({ state: 'requested', missing: 1, waitingFor: ['cy@example.invalid'] });
    expect(again.decisions).toHaveLength(1);
    expect(await as('Cy', () => decide('approve'))).toMatchObject({ state: 'approved', missing: 0 });
  });

  it('makes its tag after the newest of the model, and the version can be deprecated all the same', async () => {
    await register();
    await request();
    await world.models.setAlias(world.id, 'churn', 'champion', '1.0.0');
    await world.models.setPointer(world.id, 'churn', 'champion', null);
    await decide('approve');
    const at = (tag: string): number =>
      Number(world.gitProgram('for-each-ref', '--format=%(taggerdate:unix)', `refs/tags/${tag}`));
    expect(at('churn#approved#3')).toBeGreaterThan(at('churn#champion!#2'));
    await world.models.deprecate(world.id, 'churn', '1.0.0', 'leaks the label', false);
    expect((await world.models.get(world.id, 'churn', '1.0.0')).row.deprecated).toBe(true);
    expect(await verify()).toEqual([]);
  });

  it('freezes the policy with the request', async () => {
    await register('approvals: 2');
    await request();
    world.put('assay.yaml', 'models: {review: {approvals: 1}}\n');
    expect(await as('Bo', () => decide('approve'))).toMatchObject({ state: 'requested', missing: 1 });
  });

  it('names an approval under a weaker policy than the project has, and a request that lies about the author', async () => {
    await register('approvals: 2, reviewers: [bo@example.invalid, cy@example.invalid]');
    const { digest } = await world.models.read(world.id, 'churn', '1.0.0');
    const nobody = { name: 'N', email: 'n@example.invalid' };
    const policy = { approvals: 1, reviewers: [], authorMayApprove: true };
    const asked = {
      definition: digest,
      evaluation: null,
      blocked: [],
      author: nobody,
      policy,
      champion: null,
      comment: '',
    };
    const { event } = await world.audit.append(world.id, {
      action: 'requested',
      model: 'churn',
      version: '1.0.0',
      data: asked,
    });
    await world.audit.append(world.id, {
      action: 'approved',
      model: 'churn',
      version: '1.0.0',
      data: { definition: digest, request: event.hash, comment: '' },
    });
    const found = (await verify()).filter(({ kind }) => kind === 'audit');
    expect(found).toMatchObject([
      { severity: 'error', message: expect.stringContaining('n@example.invalid') },
      { severity: 'warning', message: expect.stringMatching(/2 approvals of bo@example.invalid, cy@example.invalid/) },
    ]);
  });

  it('is closed by one rejection, and may be asked for again', async () => {
    await register('approvals: 2');
    await request();
    await as('Bo', () => decide('approve'));
    expect(await as('Cy', () => decide('reject'))).toMatchObject({ state: 'rejected', overridden: false });
    await expect(as('Di', () => decide('approve'))).rejects.toThrow(/was rejected/);
    expect(await request()).toMatchObject({ state: 'requested', decisions: [], missing: 2 });
  });

  it.each(['fail', 'inconclusive'] as const)('over a gate that is %s needs a reason, which stays', async (verdict) => {
    await register();
    made.answer.gates = [{ id: 'metric:auc', kind: 'metric', verdict }];
    await request();
    expect(made.said.at(-1)).toMatchObject({ event: 'gate-failed', verdict, failed: [{ id: 'metric:auc' }] });
    await expect(decide('approve')).rejects.toThrow(/metric:auc/);
    expect((await get()).state).toBe('requested');
    expect(await decide('approve', 'the customer waits')).toMatchObject({ state: 'approved', overridden: true });
    expect(
      made.reviews.standings(world.id)({
        name: 'churn',
        version: '1.0.0',
        digest: (await world.models.read(world.id, 'churn', '1.0.0')).digest,
      }),
    ).toMatchObject({ overridden: true });
    expect(world.gitProgram('tag', '-l', '-n9', 'churn#approved#1')).toContain('overriding failed gates');
  });

  it('is what a gate for a person asks for; nothing can be overridden where all passes', async () => {
    await register();
    made.answer.gates = [{ id: 'review', kind: 'review', verdict: 'inconclusive' }];
    await request();
    await expect(decide('approve', 'because')).rejects.toThrow(/nothing to override/);
    expect(await decide('approve')).toMatchObject({ state: 'approved', overridden: false });
  });

  it('checks the gates again when their result is outdated, and uses it when it is not', async () => {
    await register();
    await request();
    await made.reviews.withdraw(world.id, 'churn', '1.0.0');
    expect((await get()).state).toBe('none');
    await request();
    expect(made.answer.checks).toBe(1);
    await made.reviews.withdraw(world.id, 'churn', '1.0.0');
    made.answer.outdated = 'The gates were edited.';
    await request();
    expect(made.answer.checks).toBe(2);
    await expect(as('Bo', () => made.reviews.withdraw(world.id, 'churn', '1.0.0'))).rejects.toThrow(/withdraw it/);
  });

  it('does not count for another definition, and says what changed since', async () => {
    await register();
    await request();
    await as('Bo', () => decide('approve'));
    const file = join(world.root, 'models/churn/1.0.0.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^description:.*$/m, 'description: better than it is'));
    const now = await get();
    expect(now.state).toBe('none');
    expect(now.changedSince).toMatchObject([expect.stringContaining('The definition is not the one')]);
    expect(now.signature).toMatchObject({ valid: false, problem: expect.stringContaining('another definition') });
    expect((await verify()).map(({ kind }) => kind)).toContain('tag');
  });

  it('says when the champion changed since the request', async () => {
    await register();
    world.put('m.txt', 'two');
    await world.models.register({ project: world.id, name: 'churn', source: { path: 'm.txt' } });
    await request();
    await world.models.setAlias(world.id, 'churn', 'champion', '1.0.1');
    expect((await get()).changedSince).toEqual(['The champion was none at the request and is 1.0.1 now.']);
  });

  it('of which an event was forged by hand counts nothing that the policy does not allow', async () => {
    await register('reviewers: [bo@example.invalid]');
    made.answer.gates = [{ id: 'metric:auc', kind: 'metric', verdict: 'fail' }];
    await request();
    const { events } = world.audit.log(world.id, { action: 'requested' });
    const data = { definition: events[0]!.data.definition!, request: events[0]!.hash, comment: '', override: null };
    const forged = { action: 'approved', model: 'churn', version: '1.0.0' } as const;
    await as('Mallory', () => world.audit.append(world.id, { ...forged, data: { ...data, override: 'x' } }));
    await as('Bo', () => world.audit.append(world.id, { ...forged, data }));
    expect((await get()).state).toBe('requested');
  });
});

describe('verify', () => {
  beforeEach(async () => {
    await register();
    await request();
    await as('Bo', () => decide('approve'));
  });

  it('names a tag that was removed, and one that was made by hand', async () => {
    world.gitProgram('tag', '-d', 'churn#approved#1');
    expect(await verify()).toMatchObject([
      { kind: 'tag', where: 'churn@v1.0.0', message: expect.stringContaining('moved by hand') },
    ]);
    await as('Bo', () => decide('approve'));
    expect(await verify()).toEqual([]);
    world.put('m.txt', 'two');
    await world.models.register({ project: world.id, name: 'churn', source: { path: 'm.txt' } });
    world.gitProgram('tag', '-f', '-a', '-m', 'x', 'churn#approved#1', 'churn@v1.0.1^{}');
    expect((await verify()).map(({ kind }) => kind)).toEqual(['tag']);
    expect(await made.reviews.verify(world.id, 'churn', '1.0.1')).toMatchObject([
      { kind: 'tag', where: 'churn#approved#1' },
    ]);
  });

  it('names an evaluation and a signature that were changed, or are gone', async () => {
    const folder = join(world.root, 'models/churn/1.0.0');
    const evaluation = join(folder, 'evaluations', readdirSync(join(folder, 'evaluations'))[0]!);
    writeFileSync(evaluation, readFileSync(evaluation, 'utf8').replace('is 0.5', 'is 0.9'));
    expect(await verify()).toMatchObject([{ kind: 'evaluation' }]);
    const signature = join(folder, 'model.sig');
    writeFileSync(signature, readFileSync(signature, 'utf8').replace('"payload":"ey', '"payload":"eX'));
    expect((await verify()).map(({ kind }) => kind)).toEqual(['signature', 'evaluation']);
    rmSync(signature);
    expect((await verify())[0]).toMatchObject({ kind: 'signature', message: expect.stringContaining('gone') });
    expect((await as('Bo', () => decide('approve'))).signature?.valid).toBe(true);
  });
});
