import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, expect, test } from '@playwright/test';

const root = join(import.meta.dirname, '..');

/** The real runtime, where npm's electron package could fetch it. */
function electronBinary(): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const named = join(folder, 'path.txt');
  const path = existsSync(named) ? join(folder, 'dist', readFileSync(named, 'utf8').trim()) : null;
  return path && existsSync(path) ? path : null;
}

/** Why the window cannot be driven here; null when it can. */
function whyNot(): string | null {
  if (!electronBinary())
    return 'the desktop window was NOT RUN: Electron’s runtime is not installed (its download host could not be reached)';
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return 'the desktop window was NOT RUN: there is no display here';
  if (!existsSync(join(root, 'dist', 'electron', 'main.mjs')))
    return 'the desktop window was NOT RUN: "npm run package" has not bundled it yet';
  return null;
}

test.describe('the desktop window', () => {
  const reason = whyNot();
  test.skip(reason !== null, reason ?? '');
  if (reason) process.stdout.write(`${reason}\n`);

  let home: string;
  let app: ElectronApplication;
  test.beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'assay-desktop-'));
    const env = Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    app = await _electron.launch({
      args: [root],
      executablePath: electronBinary()!,
      env: { ...env, ASSAY_HOME: home, ASSAY_EXAMPLE: 'none' },
    });
  });
  test.afterEach(async () => {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  });

  test('shows the page from its own scheme, with nothing of Node in it, and reaches the host', async () => {
    const page = await app.firstWindow();
    await expect(page).toHaveTitle(/Assay/);
    expect(page.url()).toMatch(/^assay:\/\/app\//);
    expect(
      await page.evaluate(() => [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')]),
    ).toEqual(['undefined', 'undefined']);
    await expect(page.getByRole('main')).toBeVisible();
  });

  test('comes back to its host when the host dies', async () => {
    const page = await app.firstWindow();
    await expect(page.getByRole('main')).toBeVisible();
    const nextPort = page.evaluate(
      () =>
        new Promise<boolean>((resolve) =>
          window.addEventListener('message', (event) => event.data?.type === 'assay-port' && resolve(true)),
        ),
    );
    await app.evaluate(({ app: electron }) => {
      const host = electron
        .getAppMetrics()
        .find((metric) => metric.name === 'Assay host' || metric.serviceName === 'Assay host');
      if (host) process.kill(host.pid, 'SIGKILL');
    });
    expect(await nextPort).toBe(true);
  });

  test('does not let the page go anywhere else', async () => {
    const page = await app.firstWindow();
    await page.evaluate(() => {
      window.location.href = 'https://example.invalid/';
    });
    await expect(page).toHaveURL(/^assay:\/\/app\//);
    expect(await page.evaluate(() => window.open('file:///')?.closed ?? null)).toBeNull();
  });
});
