import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const assay = (...args: string[]): string =>
  execFileSync('node', [join('bin', 'assay.mjs'), ...args], { encoding: 'utf8' });

/** 400 rows; the second version has 10 prices ×100, 20 cats that became dogs, 3 rows less and 2 more. */
function prices(version: 1 | 2): string {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const price = version === 2 && i % 40 === 0 ? (i + 1) * 100 : i + 1;
    const animal = i % 20 === 7 ? (version === 2 ? 'dog' : 'cat') : 'owl';
    return {
      id: i,
      line: `${i},${price}.5,${animal},"note ${i}, the ${version === 2 && i === 9 ? 'new' : 'old'} one"`,
    };
  });
  const kept = version === 2 ? rows.filter(({ id }) => id < 100 || id > 102) : rows;
  const more = version === 2 ? ['400,1.5,owl,x', '401,1.5,owl,x'] : [];
  return ['id,price,animal,note', ...kept.map(({ line }) => line), ...more, ''].join('\n');
}

/** A project with two committed versions of a table; answers its commits. */
function twoVersions(root: string): string[] {
  mkdirSync(join(root, 'data'));
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', root]);
  for (const [key, value] of [
    ['user.name', 'Ada'],
    ['user.email', 'ada@example.invalid'],
  ] as const)
    execFileSync('git', ['-C', root, 'config', key, value]);
  return ([1, 2] as const).map((version) => {
    writeFileSync(join(root, 'data', 'prices.csv'), prices(version));
    assay('-C', root, 'data', 'add', 'data/prices.csv');
    assay('-C', root, 'data', 'commit', '-m', `Version ${version} of the prices`, 'data/prices.csv');
    return execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  });
}

async function openDiff(page: Page, url: string, search: Record<string, string>): Promise<void> {
  await page.goto(url);
  await page.waitForURL(/\/p\/[^/]+\/runs/);
  await page.goto(`${page.url().replace(/\/runs.*/, '/diff')}?${new URLSearchParams(search)}`);
}

test('two versions of a table: verdict, filters, next change, cell, key and export', async ({ world, page }) => {
  const [v1, v2] = twoVersions(world.root);
  const host = await world.start();
  await openDiff(page, host.url, { before: `rev:${v1}:data/prices.csv`, after: `rev:${v2}:data/prices.csv` });

  const verdict = page.getByRole('region', { name: 'Verdict' });
  await expect(verdict).toContainText('Data changed');
  await expect(verdict).toContainText('31 rows changed in 3 of 4 columns, 2 added, 3 removed');
  await expect(verdict).toContainText('Rows matched by id, found: unique on both sides');
  const grid = page.getByRole('grid', { name: 'Rows of the comparison' });
  await expect(grid).toHaveAttribute('aria-rowcount', '37');

  await page
    .getByRole('region', { name: 'Columns' })
    .getByRole('button', { name: /^animal/ })
    .click();
  await expect(grid).toHaveAttribute('aria-rowcount', '21');
  await expect(page).toHaveURL(/animal/);
  await page.getByRole('button', { name: 'Remove the filter: changed in animal' }).click();
  await expect(grid).toHaveAttribute('aria-rowcount', '37');

  await page
    .getByRole('region', { name: 'Patterns' })
    .getByRole('button', { name: /animal.*cat.*dog/ })
    .click();
  await expect(grid).toHaveAttribute('aria-rowcount', '21');
  await page.keyboard.press('j');
  await expect(grid).toBeFocused();
  await page.keyboard.press('Enter');
  const cell = page.getByRole('complementary', { name: 'Cell' });
  await expect(cell).toContainText('animal');
  await expect(cell.locator('[data-side="before"]')).toContainText('cat');
  await expect(cell.locator('[data-side="after"]')).toContainText('dog');
  await page.keyboard.press('Escape');
  await expect(cell).toHaveCount(0);
  await page.getByRole('button', { name: /^Remove the filter/ }).click();

  await page.getByRole('textbox', { name: 'Search cells' }).fill('the new one');
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await page.getByRole('gridcell', { name: /the old one.*the new one/ }).click();
  await expect(cell.locator('del')).toHaveText('old');
  await expect(cell.locator('ins')).toHaveText('new');

  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /Tabular diff/ }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('prices.diff.csv');
  expect(readFileSync(await file.path(), 'utf8')).toMatch(/^@@,id,price,animal,note\r?\n/m);

  await page.getByRole('button', { name: 'Swap the sides' }).click();
  await expect(verdict).toContainText('3 added, 2 removed');
  await page.goBack();
  await expect(verdict).toContainText('2 added, 3 removed');
});

test('a comparison is kept, opens again at once, and a missing version says what to do', async ({ world, page }) => {
  const [v1, v2] = twoVersions(world.root);
  const host = await world.start();
  await openDiff(page, host.url, { before: `rev:${v1}:data/prices.csv`, after: `rev:${v2}:data/prices.csv` });
  await expect(page.getByText('31 rows changed')).toBeVisible();
  await page.goto(page.url().replace(/\?.*/, ''));
  await page.getByRole('link', { name: /prices\.csv/ }).click();
  await expect(page.getByText('31 rows changed')).toBeVisible();

  await page.getByRole('button', { name: /^After:/ }).click();
  await page.getByRole('option', { name: /Version 1/ }).click();
  await expect(page.getByRole('region', { name: 'Verdict' })).toContainText('Identical');

  await openDiffOf(page, { before: 'rev:nosuchtag:data/prices.csv', after: 'work:data/prices.csv' });
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('button', { name: 'Choose something else' }).click();
  await expect(page.getByRole('heading', { name: 'Data diff' })).toBeVisible();
});

async function openDiffOf(page: Page, search: Record<string, string>): Promise<void> {
  await page.goto(`${page.url().replace(/\?.*/, '')}?${new URLSearchParams(search)}`);
}

test('a folder of images: counts, gallery, one image by swipe and difference, and the way back', async ({
  world,
  page,
}) => {
  rmSync(world.root, { recursive: true });
  execFileSync('node', [join('scripts', 'demo-images.ts'), world.root], { stdio: 'ignore' });
  const host = await world.start();
  await openDiff(page, host.url, { before: 'rev:shapes@v1:shapes', after: 'rev:shapes@v2:shapes' });
  const verdict = page.getByRole('region', { name: 'Verdict' });
  await expect(verdict).toContainText('renamed');
  await expect(verdict).toContainText('Same content in two splits: 3 times');

  await page
    .getByRole('navigation', { name: 'Folders' })
    .getByRole('button', { name: /^train [+−~→]/ })
    .click();
  await expect(page.getByRole('button', { name: /only of train/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Images' }).click();
  const changed = page.locator('[data-status="changed"]', { hasText: 'circle-010.png' }).last();
  await expect(changed.locator('img').first()).toHaveJSProperty('complete', true);
  await changed.click();

  await expect(verdict).toContainText('pixels of');
  await expect(page.getByRole('slider', { name: /Before at the left/ })).toBeVisible();
  await page.getByText('Difference', { exact: true }).click();
  await expect
    .poll(() =>
      page.getByAltText('Where the pictures differ').evaluate((image: HTMLImageElement) => image.naturalWidth),
    )
    .toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Back to the folder' }).click();
  await expect(verdict).toContainText('Same content in two splits');
});
