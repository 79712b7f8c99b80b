import { expect, test } from 'vitest';
import { StartRequest } from '../../../shared/contract/runs.ts';
import { isSecretName, MASK } from '../../../shared/secret-names.ts';
import { changedFields, type Draft, draftOf, emptyDraft, problemsOf, requestOf } from './draft.ts';

const REQUEST = StartRequest.parse({
  command: ['python', 'train.py', '--note', "it's a b"],
  cwd: 'src',
  interpreter: '/usr/bin/python3',
  name: 'one',
  experiment: 'lr',
  group: 'sweep',
  tags: { stage: 'a=b', plain: '' },
  note: 'why',
  env: { SEED: '1', API_TOKEN: MASK },
  gpus: [0, 1],
  datasets: ['data/train.csv'],
});
const RUN = 'a'.repeat(32);

test('a request survives the form', () => {
  expect(requestOf(draftOf(REQUEST), false, { run: RUN, group: 'sweep' })).toEqual({ ...REQUEST, restartOf: RUN });
  expect(StartRequest.safeParse(requestOf(emptyDraft(['python', 'x.py'], null), true, null)).data).toMatchObject({
    command: ['python', 'x.py'],
    queue: true,
    experiment: 'default',
    name: null,
  });
});

test('what must be mended is said at its place', () => {
  const good = emptyDraft(['python', 'x.py'], null);
  const problem = (change: Partial<Draft>) => problemsOf({ ...good, ...change }).fields;
  expect(problem({})).toEqual({});
  expect(problem({ command: ' ' }).command).toMatch(/Type the command/);
  expect(problem({ command: 'a | b' }).command).toMatch(/No shell/);
  expect(problem({ command: "'' x" }).command).toMatch(/first word/);
  expect(problem({ cwd: '../other' }).cwd).toMatch(/inside the project/);
  expect(problem({ interpreter: '' }).interpreter).toBeTruthy();
  expect(problem({ tags: ['=x'] }).tags).toBeTruthy();
  expect(problem({ gpus: [] }).gpus).toBeTruthy();
  expect(problem({ datasets: ['data/../../x'] }).datasets).toMatch(/inside the project/);
  expect(problem({ datasets: ['/etc/passwd'] }).datasets).toMatch(/inside the project/);
});

test('variables: names, doubles, secrets that were not kept', () => {
  const env = [
    { id: 1, name: '1X', value: 'a' },
    { id: 2, name: 'A', value: '1' },
    { id: 3, name: 'A', value: '2' },
    { id: 4, name: '', value: '' },
    { id: 5, name: 'TOKEN', value: MASK },
    { id: 6, name: '', value: 'lost' },
  ];
  const { variables, fields } = problemsOf({ ...emptyDraft(['x'], null), env });
  expect([...variables.keys()]).toEqual([1, 3, 5, 6]);
  expect(fields.env).toBeTruthy();
});

test('what is different from the run before', () => {
  const before = draftOf(REQUEST);
  expect([...changedFields(before, before)]).toEqual([]);
  const env = before.env.map((one) => ({ ...one, id: one.id + 10 }));
  expect([...changedFields({ ...before, env }, before)]).toEqual([]);
  const after = {
    ...before,
    command: 'python train.py --lr 2',
    gpus: 'auto' as const,
    env: [...env, { id: 9, name: 'X', value: '' }],
  };
  expect([...changedFields(after, before)]).toEqual(['command', 'env', 'gpus']);
});

test('names that look secret', () => {
  expect(['API_KEY', 'hf_token', 'DB_PASSWORD', 'AWS_SECRET', 'PW'].every(isSecretName)).toBe(true);
  expect(['SEED', 'CUDA_VISIBLE_DEVICES', 'PATH', 'PWD', 'SPAWN'].some(isSecretName)).toBe(false);
});
