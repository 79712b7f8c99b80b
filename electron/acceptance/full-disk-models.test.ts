import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSmallFiles } from './confined.ts';
import { assay, assayWith } from './terminal.ts';

test.skipIf(process.platform === 'win32')(
  'registering on a disk without room says so, leaves no version, and completes when there is room',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-full-'));
    const root = join(folder, 'project');
    mkdirSync(root);
    execFileSync('git', ['init', '-q', root]);
    execFileSync('git', ['config', 'user.name', 'A'], { cwd: root });
    execFileSync('git', ['config', 'user.email', 'a@example.invalid'], { cwd: root });
    writeFileSync(join(root, 'assay.yaml'), 'name: full\n');
    writeFileSync(join(root, 'large.bin'), Buffer.alloc(20_000_000, 'x'));
    const register = ['models', 'register', 'churn', '--files', 'large.bin', '--json'];
    try {
      const failed = assayWith({ around: withSmallFiles(10_000) }, root, ...register);
      expect(failed.status).toBe(1);
      expect(failed.stderr).toMatch(/Could not write .*(disk is full|larger than the system allows)/);
      expect(existsSync(join(root, 'models'))).toBe(false);
      const done = assay(root, ...register);
      expect(done.status, done.stderr).toBe(0);
      expect(JSON.parse(done.stdout)).toMatchObject({ model: 'churn', version: '1.0.0' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
