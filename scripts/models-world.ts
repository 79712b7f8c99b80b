import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeRun } from '../e2e/write-run.ts';

const ASSAY_YAML = `models:
  stages: [staging, production]
  review:
    approvals: 1
    reviewers: [grace@example.com, alan@example.com]
    author_may_approve: false
gates:
  churn:
    - {metric: accuracy, min: 0.9}
    - {metric: auc, not_worse_than: champion, by: 0.005}
    - {metric: loss, max: 0.5}
    - {size: model, max: 5MB}
    - {licence: [Apache-2.0, MIT]}
targets:
  shelf: {type: folder, path: out/shelf, requires: approved}
  scratch: {type: folder, path: out/scratch}
  hub: {type: oci, url: "registry.example.com/team", requires: approved}
`;

/** Who does something, as git names them. */
type Person = 'Ada Lovelace' | 'Grace Hopper';

/**
 * A project with the story of one model, made by the terminal itself: 1.0.0 is approved, the champion and pushed; 1.1.0 fails a gate and was
 * approved nevertheless; 1.2.0 fails one and waits for its reviewers; another model was only registered. One definition cannot be read.
 * @param home Assay's data folder, which keeps the signing key
 */
export function makeModelsWorld(root: string, home: string): void {
  mkdirSync(root, { recursive: true });
  const git = (...args: string[]): void => void execFileSync('git', ['-C', root, ...args], { stdio: 'ignore' });
  const as = (person: Person): void => {
    git('config', 'user.name', person);
    git('config', 'user.email', `${person.split(' ')[0]!.toLowerCase()}@example.com`);
  };
  const assay = (...args: string[]): void => {
    try {
      execFileSync(process.execPath, [resolve('bin/assay.mjs'), '-C', root, ...args], {
        env: { ...process.env, ASSAY_HOME: home },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    } catch (error) {
      // 1 and 3 are what a check ends with when a gate fails or cannot decide
      const { status, stderr } = error as { status: number; stderr: Buffer };
      if (args[1] !== 'check') throw new Error(`assay ${args.join(' ')} ended with ${status}: ${stderr}`);
    }
  };
  const data = (rows: number, price: number): void => {
    mkdirSync(join(root, 'data'), { recursive: true });
    const lines = Array.from(
      { length: rows },
      (_, i) => `${i},${['north', 'south', 'east'][i % 3]},${i % 40},${price + (i % 9)}`,
    );
    writeFileSync(join(root, 'data', 'train.csv'), `id,region,tenure,charge\n${lines.join('\n')}\n`);
    assay('data', 'add', 'data/train.csv');
    git('add', '-A');
    git('commit', '-q', '-m', `Data of ${rows} customers`);
  };

  git('init', '-q', '-b', 'main');
  as('Ada Lovelace');
  assay('init');
  writeFileSync(join(root, 'assay.yaml'), ASSAY_YAML);
  writeFileSync(join(root, '.gitignore'), '.assay/\nout/\n');
  writeFileSync(join(root, 'train.py'), 'print("trains")\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'Gates, reviewers and targets');

  const train = (name: string, accuracy: number, auc: number, trees: number): string => {
    const id = writeRun(root, {
      name,
      experiment: 'churn',
      params: { trees, depth: 12, lr: 0.01 },
      metrics: { accuracy: [0.7, accuracy], auc: [0.8, auc], loss: [0.9, 0.21] },
      artifacts: {
        'model.safetensors': safetensors(trees),
        'example.json': '{"tenure": 3, "charge": 20.5, "region": "north"}\n',
      },
    });
    const file = join(root, '.assay', 'runs', id, 'run.json');
    const hash = /md5: (\w+)/.exec(readFileSync(join(root, 'data', 'train.csv.dvc'), 'utf8'))![1]!;
    const size = statSync(join(root, 'data', 'train.csv')).size;
    const commit = execFileSync('git', ['-C', root, 'rev-parse', 'HEAD']).toString().trim();
    const identity = {
      ...(JSON.parse(readFileSync(file, 'utf8')) as object),
      git: { commit, branch: 'main', remote: null, dirty: false },
      python: { executable: 'python', version: '3.12.4', kind: 'system' },
      datasets: [{ path: 'data/train.csv', role: 'train', hash: `md5:${hash}`, size }],
    };
    writeFileSync(file, JSON.stringify(identity));
    return id;
  };
  const register = (run: string, version: string): void =>
    assay(
      ...['models', 'register', 'churn', '--run', run, '--path', 'model.safetensors', '--version', version],
      ...['--licence', 'Apache-2.0', '--owner', 'retention', '--example', 'example.json'],
      ...['--description', 'Which customers will leave within a month. For the retention team; not for pricing.'],
    );

  data(4000, 20);
  register(train('forest-7', 0.928, 0.971, 80), '1.0.0');
  assay('models', 'check', 'churn@1.0.0');
  assay('models', 'request', 'churn@1.0.0', '--comment', 'The first one.');
  as('Grace Hopper');
  assay('models', 'approve', 'churn@1.0.0', '--comment', 'Fine for the pilot.');
  as('Ada Lovelace');
  assay('models', 'alias', 'churn@1.0.0', 'champion');
  assay('models', 'stage', 'churn@1.0.0', 'production');
  assay('models', 'push', 'churn@1.0.0', '--to', 'shelf');

  data(4100, 21);
  register(train('forest-9', 0.91, 0.961, 60), '1.1.0');
  assay('models', 'request', 'churn@1.1.0', '--comment', 'Smaller, for the edge.');
  as('Grace Hopper');
  assay('models', 'approve', 'churn@1.1.0', '--override', 'The edge needs a small one; its auc is enough there.');
  as('Ada Lovelace');
  assay('models', 'push', 'churn@1.1.0', '--to', 'shelf');

  register(train('forest-12', 0.9312, 0.958, 100), '1.2.0');
  assay('models', 'request', 'churn@1.2.0', '--comment', 'More trees; please look at auc.');

  writeFileSync(join(root, 'rules.json'), '{"rules": ["charge > 40"]}\n');
  assay('models', 'register', 'rules', '--files', 'rules.json', '--version', '0.1.0');
  mkdirSync(join(root, 'models', 'old'), { recursive: true });
  writeFileSync(join(root, 'models', 'old', '0.0.1.yaml'), 'assay: model-version/1\nmodel: old\nversion: 0.0.1\n');
  as('Grace Hopper');
}

/** A file of weights as safetensors has it: length of the header, header, bytes. */
function safetensors(trees: number): Uint8Array {
  const floats = trees * 1000;
  const header = JSON.stringify({
    'trees.threshold': { dtype: 'F32', shape: [trees, 1000], data_offsets: [0, floats * 4] },
    bias: { dtype: 'F32', shape: [1], data_offsets: [floats * 4, floats * 4 + 4] },
  });
  const bytes = new Uint8Array(8 + header.length + floats * 4 + 4);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  return bytes;
}
