import { createHash } from 'node:crypto';
import type { ModelDefinition } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { definitionPath } from './layout.ts';
import type { ModelRegistry, RecordedVersion } from './ports.ts';

/** A complete definition for tests, changed where a test says so. */
export const definitionOf = (changes: Partial<ModelDefinition> = {}): ModelDefinition => ({
  assay: 'model-version/1',
  model: 'churn',
  version: '1.0.0',
  created: '2026-11-24T10:00:00.000Z',
  author: { name: 'Ada Lovelace', email: 'ada@example.com' },
  description: 'Who leaves within a month.',
  licence: 'MIT',
  owner: 'growth team',
  kind: {
    format: 'sklearn',
    file: 'model.pkl',
    title: 'scikit-learn LogisticRegression',
    libraryVersion: '1.7.2',
    parameters: 4,
    dtypes: { float64: 4 },
    tensors: [{ name: 'coef_', dtype: 'float64', shape: [1, 3] }],
    tensorCount: 1,
    facts: [{ label: 'pickle protocol', value: '5' }],
    warnings: [],
  },
  files: [{ path: 'model.pkl', size: 1200, sha256: 'a'.repeat(64) }],
  evidence: [],
  run: {
    id: '0'.repeat(32),
    name: 'calm-otter',
    experiment: 'default',
    group: null,
    command: ['python', 'train.py'],
    startedAt: 1_700_000_000_000,
    endedAt: 1_700_000_060_000,
    artifact: 'model.pkl',
  },
  code: { commit: 'c'.repeat(40), branch: 'main', dirty: false, remote: 'https://example.com/churn.git' },
  data: [{ path: 'data/train.csv', role: 'train', hash: 'd'.repeat(32), size: 5000, version: 'v1' }],
  params: { C: 1, penalty: 'l2' },
  metrics: { accuracy: 0.91, loss: 'NaN' },
  environment: { python: '3.12.4', packages: ['numpy==2.3.5', 'scikit-learn==1.7.2'], os: 'Linux', gpus: [] },
  signature: {
    inputs: [{ name: 'age', type: 'double', required: true, shape: null }],
    outputs: [{ name: null, type: 'int64', required: true, shape: [-1] }],
  },
  example: null,
  ...changes,
});

export type TestRegistry = Pick<ModelRegistry, 'read' | 'pointers' | 'commit' | 'versions' | 'names'> & {
  readonly definitions: ModelDefinition[];
  readonly pointed: Record<string, string>;
  readonly commits: { paths: readonly string[]; message: string }[];
};

/** A registry of definitions in memory, newest last, for the services that only read it. */
export function registryOf(definitions: ModelDefinition[]): TestRegistry {
  const commits: TestRegistry['commits'] = [];
  const pointed: Record<string, string> = {};
  return {
    definitions,
    pointed,
    commits,
    async read(_, name, version): Promise<RecordedVersion> {
      const definition = definitions.find((one) => one.model === name && one.version === version);
      if (!definition) throw new AppError('NOT_FOUND', `There is no ${name} ${version}.`);
      const digest = createHash('sha256').update(JSON.stringify(definition)).digest('hex');
      return { definition, digest, path: definitionPath(name, version) };
    },
    versions: async (_, name) =>
      definitions
        .filter((one) => one.model === name)
        .map((one) => one.version)
        .reverse(),
    names: async () => [...new Set(definitions.map((one) => one.model))].sort(),
    pointers: async () => pointed,
    async commit(_, paths, message) {
      commits.push({ paths, message });
      return 'f'.repeat(40);
    },
  };
}
