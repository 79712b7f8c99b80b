import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ModelDefinition } from '../../shared/contract/models.ts';
import type { OutgoingFile, OutgoingVersion } from '../services/targets/driver.ts';

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A version as the engine hands it to drivers, its files written below `folder`. */
export function outgoingVersion(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  change: Partial<OutgoingVersion> = {},
  version = '1.0.0',
): OutgoingVersion {
  const write = (path: string, bytes: string | Uint8Array): OutgoingFile => {
    const file = join(folder, 'store', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return { path, size: Buffer.byteLength(bytes), sha256: sha256(bytes), file };
  };
  const own = Object.entries(files).map(([path, bytes]) => write(path, bytes));
  const evidence = [write('tables/rows.csv', 'a,b\n1,2\n')];
  const definition = ModelDefinition.parse({
    assay: 'model-version/1',
    model: 'churn',
    version,
    created: '2026-11-24T10:00:00Z',
    author: { name: 'Ada Lovelace', email: 'ada@example.com' },
    licence: 'MIT',
    kind: {
      format: 'onnx',
      file: Object.keys(files)[0]!,
      title: 'ONNX',
      libraryVersion: null,
      parameters: 1_500_000,
      dtypes: { float32: 1_500_000 },
      tensors: [],
      tensorCount: 0,
      facts: [],
      warnings: [],
    },
    files: own.map(({ path, size, sha256: hash }) => ({ path, size, sha256: hash })),
    run: null,
    code: null,
    environment: null,
  });
  const definitionText = JSON.stringify(definition);
  const resume = join(folder, 'resume');
  mkdirSync(resume, { recursive: true });
  return {
    definition,
    digest: sha256(definitionText),
    definitionText,
    files: own,
    evidence,
    card: '---\nlicense: mit\n---\n# churn\n',
    signature: null,
    approval: null,
    auditHead: sha256('head'),
    aliases: [],
    modelkit: false,
    previous: null,
    resume,
    ...change,
  };
}
