import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const header = 'code,city,age,note\n';
const line = (i: number): string =>
  `${String(i).padStart(3, '0')},${['Berlin', 'Paris', 'Rome'][i % 3]},${20 + (i % 50)},${i % 4 === 0 ? '' : i % 4 === 1 ? '""' : 'NA'}\n`;
const csv = (rows: number): string => header + Array.from({ length: rows }, (_, i) => line(i)).join('');

async function openData(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForURL(/\/runs/);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Data' }).click();
  await expect(page.getByRole('heading', { name: 'Data', exact: true })).toBeVisible();
}

function makeRepository(root: string): void {
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', root]);
  execFileSync('git', ['-C', root, 'config', 'user.name', 'Ada']);
  execFileSync('git', ['-C', root, 'config', 'user.email', 'ada@example.invalid']);
}

test('data is versioned, changes are seen, two versions become a timeline, and the old one comes back', async ({
  world,
  page,
}) => {
  const file = join(world.root, 'data', 'people.csv');
  mkdirSync(join(world.root, 'data'));
  makeRepository(world.root);
  writeFileSync(file, csv(300));
  const host = await world.start();
  await openData(page, host.url);

  await expect(page.getByText('No data is versioned yet')).toBeVisible();
  await page.getByRole('button', { name: 'Version data/people.csv' }).click();
  const row = page.getByRole('row').filter({ hasText: 'data/people.csv' });
  await expect(row).toContainText('Unchanged');
  await expect(row).toContainText('not committed');
  expect(readFileSync(`${file}.dvc`, 'utf8')).toContain('path: people.csv');

  await row.getByRole('link').click();
  await page.getByRole('button', { name: 'Commit …' }).first().click();
  await page.getByRole('textbox', { name: 'Message' }).fill('People, first version');
  await page.getByRole('button', { name: 'Commit', exact: true }).click();
  await expect(page.getByRole('link', { name: 'People, first version' })).toBeVisible();

  appendFileSync(file, line(300) + line(301));
  await page.getByRole('link', { name: 'Data', exact: true }).last().click();
  await expect(row).toContainText(/Changed, \+\d+ B/, { timeout: 20_000 });
  await row.getByRole('link').click();
  await page.getByRole('button', { name: 'Record as a new version' }).click();
  await page.getByRole('button', { name: 'Commit …' }).first().click();
  await page.getByRole('textbox', { name: 'Message' }).fill('Two more people');
  await page.getByRole('button', { name: 'Commit', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Two more people' })).toBeVisible();
  await expect(page.getByText('302 rows').first()).toBeVisible();

  const boxes = page.getByRole('checkbox', { name: /^Select [0-9a-f]{8}$/ });
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  const compare = page.getByRole('link', { name: 'Compare' });
  await expect(compare).toHaveAttribute('href', /\/diff\?before=rev.*&after=rev/);

  await page
    .getByRole('button', { name: /^What to do with version/ })
    .last()
    .click();
  await page.getByRole('menuitem', { name: 'Put it into the working copy' }).click();
  await expect.poll(() => readFileSync(file, 'utf8')).toBe(csv(300));
});

test('a table is looked at: rows, profiles, a condition, a search, an order, a cell', async ({ world, page }) => {
  makeRepository(world.root);
  writeFileSync(join(world.root, 'people.csv'), csv(2000));
  const host = await world.start();
  await openData(page, host.url);
  await page.getByRole('button', { name: 'Version people.csv' }).click();
  await page.getByRole('link', { name: 'people.csv' }).click();
  await page.getByRole('tab', { name: 'Preview' }).click();

  const grid = page.getByRole('grid', { name: 'Rows' });
  await expect(page.getByText('2,000 rows, 4 columns')).toBeVisible();
  // leading zeros, NULL, the empty text and "NA" are four different things
  await expect(grid.getByRole('row').nth(1)).toContainText('000');
  await expect(grid.getByRole('row').nth(1)).toContainText('null');
  await expect(grid.getByRole('row').nth(2)).toContainText('empty');
  await expect(grid.getByRole('row').nth(3)).toContainText('NA');
  await expect(grid.getByText('20 … 69')).toBeVisible();

  const condition = page.getByRole('textbox', { name: 'Condition on rows' });
  await condition.fill('age >= 69 AND town = 1');
  await condition.press('Enter');
  await expect(page.getByText('there is no column town').first()).toBeVisible();
  await condition.fill(`age >= 69 AND city ILIKE 'b%'`);
  await condition.press('Enter');
  await expect(page.getByText('13 of 2,000 rows')).toBeVisible();
  await expect(page).toHaveURL(/where=/);

  await page.reload();
  await expect(page.getByText('13 of 2,000 rows')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the condition' }).click();
  await page.getByRole('textbox', { name: 'Search all cells' }).fill('PARIS');
  await expect(page.getByText('667 of 2,000 rows')).toBeVisible();
  await page.getByRole('textbox', { name: 'Search all cells' }).fill('');
  await expect(page.getByText('2,000 rows, 4 columns')).toBeVisible();

  const age = grid.getByRole('columnheader').filter({ hasText: 'age' });
  await age.getByRole('button').first().click();
  await age.getByRole('button').first().click();
  await expect(age).toHaveAttribute('aria-sort', 'descending');
  await expect(grid.getByRole('row').nth(1)).toContainText('69');

  await grid.focus();
  await page.keyboard.press('Control+End');
  await expect(grid.getByRole('row').last()).toContainText('20');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText(/characters|NULL|empty text/);
});

test('a folder of files is listed, and its texts are read', async ({ world, page }) => {
  makeRepository(world.root);
  mkdirSync(join(world.root, 'notes', 'deep'), { recursive: true });
  writeFileSync(join(world.root, 'notes', 'a.md'), '# Hello <b>there</b>');
  writeFileSync(join(world.root, 'notes', 'deep', 'b.csv'), csv(3));
  execFileSync('node', [join('bin', 'assay.mjs'), '-C', world.root, 'data', 'add', 'notes']);
  const host = await world.start();
  await openData(page, host.url);
  await page.getByRole('link', { name: 'notes' }).click();
  await page.getByRole('tab', { name: 'Preview' }).click();
  await page.getByRole('link', { name: /a\.md/ }).click();
  await expect(page.getByText('# Hello <b>there</b>')).toBeVisible();
  await page.getByRole('navigation', { name: 'Place in the folder' }).getByRole('link', { name: 'notes' }).click();
  await page.getByRole('link', { name: /deep\/b\.csv/ }).click();
  await expect(page.getByText('3 rows, 4 columns')).toBeVisible();
});
