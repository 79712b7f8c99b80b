import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { writeRun } from './write-run.ts';

const curve = (n: number, scale: number): number[] => Array.from({ length: n }, (_, i) => scale / (i + 1));

async function open(page: Page, url: string): Promise<string> {
  await page.goto(url);
  await page.waitForURL(/\/p\/[^/]+\/runs/);
  return new URL(page.url()).pathname.split('/')[2]!;
}

async function startFromPage(page: Page, command: string, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Start' }).click();
  const trust = page.getByRole('button', { name: 'Trust this project' });
  await expect(page.getByRole('textbox', { name: 'Command' })).toBeVisible();
  if (await trust.isVisible()) await trust.click();
  await page.getByRole('textbox', { name: 'Command' }).fill(command);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('button', { name: /^Start/ }).click();
  await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
}

const runId = (page: Page): string => /\/runs\/([0-9a-f]{32})/.exec(page.url())![1]!;

function lastLoggedStep(root: string, run: string): number {
  const lines = readFileSync(join(root, '.assay', 'runs', run, 'log.ndjson'), 'utf8')
    .trim()
    .split('\n');
  return (JSON.parse(lines.at(-1)!) as { s?: number }).s ?? -1;
}

test('start a training, watch its points arrive, compare, stop, delete and restore', async ({ world, page }) => {
  writeRun(world.root, {
    name: 'last week',
    params: { scale: 3, steps: 50 },
    metrics: { 'train/loss': curve(50, 3), 'val/accuracy': curve(50, 1) },
    ageMs: 7 * 86_400_000,
  });
  const host = await world.start();
  await open(page, host.url);
  await expect(page.getByText('last week').first()).toBeVisible();

  await startFromPage(page, 'node train.mjs 100000 20 5', 'live one');
  await expect(page.getByText('Running').first()).toBeVisible();
  const run = runId(page);
  const row = page.getByRole('row', { name: /train\/loss/ });
  await expect(row).toBeVisible();
  const logged = lastLoggedStep(world.root, run);
  await expect
    .poll(
      async () =>
        Math.max(
          ...(await row.getByRole('cell').allInnerTexts()).map((text) => Number(text.replaceAll(/[^\d.]/g, '') || 0)),
        ),
      { timeout: 1000 },
    )
    .toBeGreaterThanOrEqual(logged);

  await page.getByRole('tab', { name: 'Charts' }).click();
  await expect(
    page.getByRole('region', { name: 'train/loss' }).locator('.plotly .scatterlayer path').first(),
  ).toBeVisible();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await expect(page.getByText(/step \d+ loss/).first()).toBeVisible();

  await page.getByRole('button', { name: 'Compare with…' }).click();
  await page.getByText('last week').last().click();
  await page.waitForURL(/\/compare/);
  await expect(page.getByRole('row', { name: /scale/ })).toContainText('3');
  await expect(page.getByRole('row', { name: /scale/ })).toContainText('5');

  await page.goto(`${host.origin}/p/${new URL(page.url()).pathname.split('/')[2]}/runs/${run}`);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Stopped').first()).toBeVisible();

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete to trash' }).click();
  await page.getByRole('link', { name: 'Runs' }).first().click();
  await expect(page.getByText('last week').first()).toBeVisible();
  await expect(page.getByText('live one')).toHaveCount(0);
  await page.getByRole('button', { name: 'More of the table' }).click();
  await page.getByRole('menuitem', { name: /trash/i }).click();
  await expect(page.getByText('live one').first()).toBeVisible();
  await page.getByRole('checkbox', { name: 'Select live one' }).click();
  await page
    .getByRole('toolbar', { name: 'Selected runs' })
    .getByRole('button', { name: /Restore/ })
    .click();
  await page.getByRole('button', { name: 'Back to the runs' }).click();
  await expect(page.getByText('live one').first()).toBeVisible();
});

test('everything is there after the host was killed and started again', async ({ world, page }) => {
  const first = await world.start();
  const project = await open(page, first.url);
  await startFromPage(page, 'node train.mjs 400 10 2', 'survivor');
  const run = runId(page);
  await first.kill();
  const second = await world.start();
  await page.goto(second.url);
  await page.waitForURL(/\/runs/);
  await page.goto(`${second.origin}/p/${project}/runs/${run}`);
  await expect(page.getByText('Finished').first()).toBeVisible();
  await expect(page.getByRole('row', { name: /train\/loss/ })).toContainText('400');
});

test('filter, sort, columns and selection live in the address', async ({ world, page }) => {
  for (let i = 0; i < 30; i++)
    writeRun(world.root, {
      name: `run-${i}`,
      params: { lr: i / 10 },
      metrics: { loss: curve(5, i + 1) },
      ageMs: i * 60_000,
    });
  const host = await world.start();
  await open(page, host.url);
  await expect(page.getByText('run-29', { exact: true }).first()).toBeVisible();
  await page.getByRole('columnheader', { name: /loss/ }).first().click();
  await page.getByRole('textbox', { name: 'Filter runs' }).fill('param.lr>=2.7');
  await expect(page.getByText('run-27', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('run-0', { exact: true })).toHaveCount(0);
  await expect(page).toHaveURL(/q=param/);
  const names = () => page.getByRole('row').allInnerTexts();
  const before = await names();
  await page.reload();
  await expect(page.getByText('run-27', { exact: true }).first()).toBeVisible();
  expect((await names()).map((text) => /run-\d+/.exec(text)?.[0])).toEqual(
    before.map((text) => /run-\d+/.exec(text)?.[0]),
  );
  await page.getByRole('textbox', { name: 'Filter runs' }).fill('metric.loss<');
  await expect(page.getByText(/value is missing/)).toBeVisible();
});

test('pairs of keys go to pages, also where the table has keys of its own', async ({ world, page }) => {
  writeRun(world.root, { name: 'only one', metrics: { loss: curve(3, 1) } });
  const host = await world.start();
  await open(page, host.url);
  await expect(page.getByText('only one').first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('s');
  await expect(page.getByRole('button', { name: 'Take the star off only one' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page).toHaveURL(/settings/);
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await expect(page).toHaveURL(/queue/);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Runs, pages, projects, commands').fill('only');
  await expect(page.getByText('only one').first()).toBeVisible();
});
