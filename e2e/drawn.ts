import type { Page } from '@playwright/test';

/** Waits until nothing is loading and every chart in view has its lines. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page
    .waitForFunction(
      () => document.querySelectorAll('[data-loading], .mantine-Skeleton-root').length === 0,
      undefined,
      { timeout: 15_000 },
    )
    .catch(() => undefined);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.waitForTimeout(600);
}
