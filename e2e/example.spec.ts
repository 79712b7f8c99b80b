import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstLink } from './first-link.ts';
import { expect, test } from './fixtures.ts';
import { followTheData } from './follow-the-data.ts';

const python = ['python3', 'python'].find(
  (name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0,
);

test('the first start makes the example by really training it, and its training can be started, compared and stopped', async ({
  page,
}) => {
  test.setTimeout(150_000);
  test.skip(!python, 'NOT RUN: the example needs Python 3.9 or newer, and none was found on the PATH.');
  const home = mkdtempSync(join(tmpdir(), 'assay-e2e-example-'));
  const host = spawn('node', ['electron/headless.ts', '--no-open', '--port', '0'], {
    env: { ...process.env, ASSAY_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await page.goto(await firstLink(host));
    await page.waitForURL(/\/p\/penguins-[^/]+\/runs/);
    await expect(page.getByText('network-8', { exact: true }).first()).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('row').filter({ hasText: 'Finished' })).toHaveCount(9, { timeout: 60_000 });

    const runs = page.url();
    await test.step('what its runs read, and what changed in it', () => followTheData(page));
    await page.goto(runs);

    await page.getByRole('link', { name: 'Start a run' }).click();
    await expect(page.getByRole('textbox', { name: 'Command' })).toHaveValue('python train.py');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('mine');
    await page.getByRole('button', { name: /^Start/ }).click();
    await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
    const row = page.getByRole('row', { name: /val\/accuracy/ });
    await expect(row).toBeVisible();
    const before = await row.innerText();
    // the script logs ten epochs a second: what is shown moves on within one
    await expect.poll(() => row.innerText(), { timeout: 1000, intervals: [50] }).not.toBe(before);
    const mine = page.url();

    await page.getByRole('button', { name: 'Compare with…' }).click();
    await page.getByText('network-8-too-fast').last().click();
    await page.waitForURL(/\/compare/);
    await expect(page.getByRole('row', { name: /^lr/ }).first()).toContainText('3');

    await page.goto(mine);
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByText('Stopped').first()).toBeVisible();
  } finally {
    host.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
});
