import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

async function enqueue(page: Page, name: string, command: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Start' }).click();
  const trust = page.getByRole('button', { name: 'Trust this project' });
  await expect(page.getByRole('textbox', { name: 'Command' })).toBeVisible();
  if (await trust.isVisible()) await trust.click();
  await page.getByRole('textbox', { name: 'Command' }).fill(command);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('button', { name: 'Add to queue' }).click();
  await page.waitForURL(/\/queue/);
}

test('runs wait for the one slot, survive a killed host, and start one after the other', async ({ world, page }) => {
  const first = await world.start();
  await page.goto(first.url);
  await page.waitForURL(/\/runs/);
  const project = new URL(page.url()).pathname.split('/')[2]!;
  await enqueue(page, 'long one', 'node train.mjs 100000 20 1');
  await expect(page.getByText('Running').first()).toBeVisible();
  await expect(page.getByText('long one').first()).toBeVisible();
  await enqueue(page, 'second', 'node train.mjs 3 1 1');
  await enqueue(page, 'third', 'node train.mjs 3 1 1');
  await expect(page.getByText('second').first()).toBeVisible();
  await expect(page.getByText('third').first()).toBeVisible();

  await first.kill();
  const again = await world.start();
  await page.goto(again.url);
  await page.goto(`${again.origin}/p/${project}/queue`);
  await expect(page.getByText('second').first()).toBeVisible();
  await expect(page.getByText('long one').first()).toBeVisible();

  await page.goto(`${again.origin}/p/${project}/runs`);
  await page.getByRole('link', { name: 'long one' }).first().click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Stopped').first()).toBeVisible();
  await page.goto(`${again.origin}/p/${project}/runs`);
  await expect(page.getByRole('row').filter({ hasText: 'Finished' })).toHaveCount(2);
});
