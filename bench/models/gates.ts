/** `node bench/models/gates.ts [rows]`: the gates of a version with many per-row results, in a project as the page has it. Prints the rows. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../electron/platform/log.ts';
import { createServices } from '../../electron/services/index.ts';
import { writeRun } from '../../electron/testing/make-project.ts';
import type { Row } from '../results.ts';

const GATES = [
  ['accuracy, paired by key', '{metric: accuracy, rows: eval.csv, key: id, not_worse_than: champion, by: 0.01}'],
  [
    'rmse, paired by key',
    '{metric: rmse, rows: eval.csv, key: id, truth: y, prediction: p, not_worse_than: champion, by: 1}',
  ],
  ['AUC, paired by key', '{metric: auc, rows: eval.csv, key: id, not_worse_than: champion, by: 0.01}'],
] as const;

/** @param rows of per-row results of each of two versions */
export async function measureGates(rows = 100_000): Promise<{ rows: Row[]; notes: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-gates-'));
  const root = join(folder, 'project');
  mkdirSync(join(root, '.assay', 'runs'), { recursive: true });
  const services = createServices({ dataFolder: join(folder, 'home'), mode: 'terminal', log: silentLog });
  try {
    await services.git.init(root);
    writeFileSync(
      join(root, '.git/config'),
      '[core]\n\tbare = false\n[user]\n\tname = Ada\n\temail = ada@example.com\n',
    );
    writeFileSync(join(root, 'assay.yaml'), 'models: {commit: false}\n');
    const runs = [0, 1].map((shift) => {
      const run = writeRun(root, { lines: [{ t: 1, s: 1, m: { accuracy: 0.9 } }] });
      const artifacts = join(root, '.assay', 'runs', run, 'artifacts');
      writeFileSync(join(artifacts, 'model.bin'), `weights ${shift}`);
      writeFileSync(join(artifacts, 'eval.csv'), table(rows, shift));
      return run;
    });
    const project = (await services.openProject(root)).id;
    await services.projects.sync(project);
    for (const [i, run] of runs.entries())
      await services.models.register({
        project,
        name: 'churn',
        source: { run, artifact: 'model.bin' },
        version: `1.${i}.0`,
        description: '',
        licence: null,
        owner: null,
        example: null,
      });
    await services.git.commitAll(root, 'Models', { name: 'Ada', email: 'ada@example.com' });
    await services.models.setPointer(project, 'churn', 'champion', '1.0.0');
    const measured: Row[] = [];
    for (const [what, gate] of GATES) {
      writeFileSync(join(root, 'assay.yaml'), `models: {commit: false}\ngates:\n  churn:\n    - ${gate}\n`);
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        const started = performance.now();
        const { gates } = await services.gates.check(project, 'churn', '1.1.0');
        times.push(performance.now() - started);
        if (gates[0]!.interval === null) throw new Error(gates[0]!.message);
      }
      times.sort((a, b) => a - b);
      measured.push({
        what: `gate check of ${(rows / 1000).toFixed(0)}k per-row results against the champion's: ${what}`,
        expected: '0.6 s',
        bar: '≤ 1 s',
        measured: `${(times[2]! / 1000).toFixed(2)} s, worst of 5: ${(times[4]! / 1000).toFixed(2)} s`,
        holds: times[2]! <= 1000,
      });
    }
    return {
      rows: measured,
      notes: ['A gate check reads both CSV tables anew, pairs their rows, and draws 1,000 resamples.'],
    };
  } finally {
    await services.dispose();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function table(rows: number, shift: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const noise = (((i + shift * 7919) * 2_654_435_761) % 4_294_967_296) / 4_294_967_296;
    const truth = i % 2;
    return `${i},${truth},${noise < 0.1 ? 1 - truth : truth},${(truth * 0.4 + noise * 0.6).toFixed(6)},${i % 977},${((i % 977) + noise).toFixed(4)}`;
  });
  return `id,truth,prediction,score,y,p\n${lines.join('\n')}\n`;
}

if (import.meta.main)
  process.stdout.write(`${JSON.stringify(await measureGates(Number(process.argv[2] ?? 100_000)), null, 2)}\n`);
