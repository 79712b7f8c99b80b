import { existsSync } from 'node:fs';
import bundled from '@sparticuz/chromium';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * What the package proposes for small cloud functions and a test must not have: single-process mode dies with the first page that is closed,
 * and without web security no isolation could be tested.
 */
const UNSAFE =
  /^--(single-process|no-zygote|headless|disable-web-security|disable-site-isolation|allow-running-insecure)/;

/** The browser to test in: `$ASSAY_CHROMIUM`, an installed one, else the Chromium that comes as an npm package. */
export async function chromiumLaunch(): Promise<{ executablePath: string; args: string[] }> {
  const quiet = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  const installed = [process.env.ASSAY_CHROMIUM, ...INSTALLED].find((path) => path && existsSync(path));
  if (installed) return { executablePath: installed, args: quiet };
  return {
    executablePath: await bundled.executablePath(),
    args: [...bundled.args.filter((arg) => !UNSAFE.test(arg)), ...quiet],
  };
}
