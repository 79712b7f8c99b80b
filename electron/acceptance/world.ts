import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost } from '../testing/host-process.ts';

/** A training script that needs no Python: logs `steps` points of `loss` at 1,000 a second to the run's own file, as the SDK does. */
export const TRAIN = `
import { closeSync, openSync, writeSync } from 'node:fs';
const steps = Number(process.argv[2]);
const code = Number(process.argv[3] ?? 0);
const log = openSync(process.env.ASSAY_RUN_DIR + '/log.ndjson', 'a');
writeSync(log, JSON.stringify({ t: Date.now() / 1000, p: { steps } }) + '\\n');
let step = 0;
const timer = setInterval(() => {
  let lines = '';
  for (let i = 0; i < 10 && step < steps; i++, step++) lines += JSON.stringify({ t: Date.now() / 1000, s: step, m: { loss: 1 / (step + 1) } }) + '\\n';
  if (lines) writeSync(log, lines);
  if (step >= steps) {
    clearInterval(timer);
    closeSync(log);
    console.log('done');
    process.exitCode = code;
  }
}, 10);
`;

/** A data folder and a project of a test's own. */
export function makeWorld(name = 'project') {
  const folder = mkdtempSync(join(tmpdir(), 'assay-acceptance-'));
  const root = join(folder, name);
  const home = join(folder, 'home');
  mkdirSync(join(root, '.assay', 'runs'), { recursive: true });
  writeFileSync(join(root, 'train.mjs'), TRAIN);
  return {
    root,
    home,
    /** A host with the project open and trusted. */
    async host() {
      const host = await startHost(home, root);
      const project = (await host.client.projects.list())[0]!;
      await host.client.projects.trust({ project: project.id, trusted: true });
      return { ...host, project: project.id };
    },
    dispose: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
