import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, chromium, expect, type Page } from '@playwright/test';
import { chromiumLaunch } from './chromium.ts';
import { firstLink } from './first-link.ts';

export { expect };

export type Host = {
  /** A fresh single-use link. */
  readonly url: string;
  readonly origin: string;
  readonly pid: number;
  /** Kills it the hard way. */
  kill(): Promise<void>;
};

export type World = {
  /** A folder of this test's own, with a project in it. */
  readonly root: string;
  readonly home: string;
  start(options?: { port?: number }): Promise<Host>;
};

const TRAIN = `
// a training script for machines without Python: logs to the run's own file, as the SDK does
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
const [steps, pause, scale] = process.argv.slice(2).map(Number);
const log = join(process.env.ASSAY_RUN_DIR, 'log.ndjson');
appendFileSync(log, JSON.stringify({ t: Date.now() / 1000, p: { scale, steps } }) + '\\n');
let step = 0;
const tick = () => {
  appendFileSync(log, JSON.stringify({ t: Date.now() / 1000, s: step, m: { 'train/loss': scale / (step + 1), 'val/accuracy': step / steps } }) + '\\n');
  console.log('step ' + step + ' loss ' + scale / (step + 1));
  if (++step < steps) setTimeout(tick, pause);
};
tick();
`;

/** A host of this test's own: own data folder, own project, killed and removed at the end. Fails on any CSP report. */
export const test = base.extend<{ world: World; page: Page }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameters
  world: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-e2e-'));
    const root = join(folder, 'my project 🐧');
    mkdirSync(join(root, '.assay', 'runs'), { recursive: true });
    writeFileSync(join(root, 'train.mjs'), TRAIN);
    const hosts: ChildProcess[] = [];
    await use({
      root,
      home: join(folder, 'home'),
      start: async ({ port = 0 } = {}) => {
        const child = spawn('node', ['electron/headless.ts', '--no-open', '--port', String(port), '--project', root], {
          env: { ...process.env, ASSAY_HOME: join(folder, 'home'), NO_COLOR: '1' },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        hosts.push(child);
        const url = await firstLink(child);
        return { url, origin: new URL(url).origin, pid: child.pid!, kill: () => killed(child) };
      },
    });
    await Promise.all(hosts.map(killed));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  page: async ({ viewport }, use) => {
    const browser = await chromium.launch(await chromiumLaunch());
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    const reports: string[] = [];
    page.on('console', (message) => {
      // artifacts run under a policy of their own, whose reports are what it is for
      const ours = !message.location().url.includes('/raw/');
      if (ours && /Content Security Policy|Refused to/.test(message.text())) reports.push(message.text());
    });
    await use(page);
    await browser.close();
    expect(reports, 'reports of the Content Security Policy').toEqual([]);
  },
});

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await exited;
}
