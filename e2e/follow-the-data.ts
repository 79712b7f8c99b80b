import { expect, type Page } from '@playwright/test';

const DATA = 'data/penguins.csv';

/** From the example's list of runs to what changed in their data: by a run's page, by two compared runs and by the timeline of the data. */
export async function followTheData(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'two-measurements-slow', exact: true }).first().click();
  await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
  const read = page.getByRole('row').filter({ hasText: DATA });
  await read.getByRole('link', { name: 'What changed since' }).click();
  const since = await expectSides(page, [/^rev:[0-9a-f]{7,40}:data\/penguins\.csv$/, /^work:data\/penguins\.csv$/]);
  await expectVerdict(page);

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Runs' }).click();
  await page.getByRole('link', { name: 'network-8', exact: true }).first().click();
  await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
  const last = new URL(page.url()).pathname;
  await page.getByRole('button', { name: 'Compare with…' }).click();
  await page.getByText('two-measurements-slow', { exact: true }).last().click();
  await page.waitForURL(/\/compare/);
  await page.getByRole('tab', { name: 'Data' }).click();
  await page.getByRole('link', { name: `What changed in ${DATA} from the baseline` }).click();
  const between = await expectSides(page, [/^rev:[0-9a-f]{7,40}:data\/penguins\.csv$/, /^rev:[0-9a-f]{7,40}:/]);
  expect(between.before).toBe(since.before);
  await expectVerdict(page);

  // the column that changed stands right after the key, old before new
  const grid = page.getByRole('grid', { name: 'Rows of the comparison' });
  await expect(grid.getByRole('columnheader').nth(2)).toHaveText('sex');
  const row = grid.getByRole('row').filter({ hasText: 'adelie-009' });
  await expect(row.locator('del')).toHaveText('NA');
  await expect(row.locator('ins')).toHaveText('unknown');
  await page.getByRole('checkbox', { name: 'Changed columns first' }).click();
  await expect(page).toHaveURL(/order=/);
  await expect(grid.getByRole('columnheader').nth(2)).toHaveText('species');

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Data' }).click();
  await page.getByRole('row').filter({ hasText: DATA }).getByRole('link').first().click();
  const runs = page.getByTitle(/^Run .*, finished$/);
  // newest version first, at most two runs of each; the newest has the bytes of the third season, so its runs are there as well
  const grams = ['network-8-grams', 'network-8'];
  await expect(runs).toHaveText([...grams, 'network-8-new-scale', ...grams, 'all-features', 'all-features-slow']);
  await expect(runs.nth(1)).toHaveAttribute('href', last);
}

async function expectVerdict(page: Page): Promise<void> {
  await expect(page.getByText(/7 rows changed in 1 of 10 columns, 119 added, 1 removed/)).toBeVisible();
}

async function expectSides(
  page: Page,
  sides: [before: RegExp, after: RegExp],
): Promise<{ before: string; after: string }> {
  await page.waitForURL(/\/diff\?/);
  const search = new URL(page.url()).searchParams;
  const [before, after] = [search.get('before') ?? '', search.get('after') ?? ''];
  expect(before).toMatch(sides[0]);
  expect(after).toMatch(sides[1]);
  return { before, after };
}
