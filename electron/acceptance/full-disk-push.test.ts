import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSmallFiles } from './confined.ts';
import { assay, assayWith } from './terminal.ts';

test.skipIf(process.platform === 'win32')(
  'a push to a disk without room says so, leaves no version there, and completes when there is room',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-full-'));
    const root = join(folder, 'project');
    mkdirSync(join(root, 'm'), { recursive: true });
    writeFileSync(join(root, 'm/large.bin'), Buffer.alloc(20_000_000, 'x'));
    writeFileSync(join(root, 'assay.yaml'), 'models: {commit: false}\ntargets:\n  shelf: {type: folder, path: out}\n');
    mkdirSync(join(root, '.git'));
    writeFileSync(join(root, '.git/config'), '[user]\n\tname = A\n\temail = a@example.invalid\n');
    try {
      const made = assay(root, 'models', 'register', 'churn', '--files', join(root, 'm'), '--version', '1.0.0');
      expect(made.status, made.stderr).toBe(0);
      const push = ['models', 'push', 'churn@1.0.0', '--to', 'shelf', '--json'];
      const failed = assayWith({ around: withSmallFiles(10_000) }, root, ...push);
      expect(failed.status).toBe(1);
      expect(failed.stderr).toMatch(/Could not write .*(disk is full|larger than the system allows)/);
      expect(existsSync(join(root, 'out/churn/1.0.0'))).toBe(false);
      expect(existsSync(join(root, 'models/churn/1.0.0/receipts'))).toBe(false);
      const done = assay(root, ...push);
      expect(done.status, done.stderr).toBe(0);
      expect(JSON.parse(done.stdout)).toMatchObject({
        target: 'shelf',
        kind: 'folder',
        verified: true,
        bytes: 20_000_000,
      });
      expect(Object.keys(JSON.parse(done.stdout))).toEqual([
        'target',
        'kind',
        'ref',
        'digest',
        'bytes',
        'skippedBytes',
        'verified',
        'elapsedMs',
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
