import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { definitionText } from '../../electron/services/models/definition-file.ts';
import { definitionPath } from '../../electron/services/models/layout.ts';
import type { ModelDefinition } from '../../shared/contract/models.ts';

/** Versions of every model, so that a registry of many has some models, too. */
const EACH = 500;

/**
 * Makes a git repository whose registry has `count` versions, as registering them one by one would have left them: definitions in commits, an
 * annotated tag in GTO's form each, and the champion's. The models' bytes are not there.
 */
export function writeManyVersions(root: string, count: number): void {
  mkdirSync(join(root, '.assay', 'runs'), { recursive: true });
  const git = (args: readonly string[], input?: string): void => {
    execFileSync('git', ['-C', root, ...args], {
      input,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'inherit'],
    });
  };
  git(['init', '-q', '-b', 'main']);
  git(['config', 'user.name', 'Ada Lovelace']);
  git(['config', 'user.email', 'ada@example.com']);
  const tags: string[] = [];
  const from = Date.now() - count * 3_600_000;
  for (let i = 0; i < count; i++) {
    const at = from + i * 3_600_000;
    const definition = definitionOf(i, at);
    const path = join(root, definitionPath(definition.model, definition.version));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, definitionText(definition));
    tags.push(tagOf(`${definition.model}@v${definition.version}`, at));
    if (i % EACH === EACH - 1) tags.push(tagOf(`${definition.model}#champion#1`, at + 1000));
  }
  writeFileSync(join(root, 'assay.yaml'), '{}\n');
  writeFileSync(join(root, '.gitignore'), '.assay/\n');
  git(['add', '-A']);
  git(['commit', '-q', '-m', 'A registry of many versions']);
  git(['fast-import', '--quiet'], tags.join(''));
}

function tagOf(name: string, at: number): string {
  return `tag ${name}\nfrom refs/heads/main^0\ntagger Ada Lovelace <ada@example.com> ${Math.floor(at / 1000)} +0000\ndata 0\n`;
}

function definitionOf(i: number, at: number): ModelDefinition {
  const sha256 = createHash('sha256').update(String(i)).digest('hex');
  const inModel = i % EACH;
  return {
    assay: 'model-version/1',
    model: `model-${String(Math.floor(i / EACH)).padStart(2, '0')}`,
    version: `${Math.floor(inModel / 100)}.${Math.floor(inModel / 10) % 10}.${inModel % 10}`,
    created: new Date(at).toISOString(),
    author: { name: 'Ada Lovelace', email: 'ada@example.com' },
    description: 'Which customers will leave within a month',
    licence: 'Apache-2.0',
    owner: 'retention',
    kind: {
      format: 'onnx',
      file: 'model.onnx',
      title: 'ONNX, opset 17',
      libraryVersion: null,
      parameters: 12_000 + i,
      dtypes: { float32: 12_000 + i },
      tensors: [{ name: 'dense.weight', dtype: 'float32', shape: [120, 100] }],
      tensorCount: 1,
      facts: [{ label: 'opset', value: '17' }],
      warnings: [],
    },
    files: [{ path: 'model.onnx', size: 48_000 + i, sha256 }],
    evidence: [],
    run: null,
    code: null,
    data: [{ path: 'data/train.csv', role: 'train', hash: sha256.slice(0, 32), size: 22_000, version: null }],
    params: { trees: 100, depth: i % 12, lr: 0.01 },
    metrics: { accuracy: 0.8 + (i % 150) / 1000, auc: 0.9 + (i % 90) / 1000, loss: 0.4 },
    environment: null,
    signature: null,
    example: null,
  };
}
