import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** Learns nothing, but honestly: its accuracy is the share of lines of labels.csv that are right. */
const TRAIN = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const folder = process.env.ASSAY_RUN_DIR;
const rows = readFileSync('labels.csv', 'utf8').trim().split('\\n').slice(1).map((line) => line.split(','));
const right = rows.filter(([, truth, guess]) => truth === guess).length / rows.length;
mkdirSync(join(folder, 'artifacts'), { recursive: true });
const log = (line) => appendFileSync(join(folder, 'log.ndjson'), JSON.stringify({ t: Date.now() / 1000, ...line }) + '\\n');
log({ p: { rows: rows.length } });
log({ s: 0, m: { accuracy: right } });
for (const [path, text] of [['model.json', JSON.stringify({ right, made: rows })], ['labels.csv', readFileSync('labels.csv', 'utf8')]]) {
  writeFileSync(join(folder, 'artifacts', path), text);
  log({ a: { path, size: text.length, kind: 'file' } });
}
`;

const labels = (right: number): string =>
  `id,truth,prediction\n${Array.from({ length: 40 }, (_, i) => `${i},yes,${i < right ? 'yes' : 'no'}`).join('\n')}\n`;

function definition(registry: string): string {
  return `name: Churn
models: {stages: [staging, production]}
gates:
  churn:
    - {metric: accuracy, min: 0.9}
    - {metric: accuracy, not_worse_than: champion, by: 0.05}
    - {size: model, max: 1 MB}
targets:
  hub: {type: oci, url: "${registry}/team", requires: approved}
  shelf: {type: folder, path: out, requires: approved}
`;
}

function git(root: string, ...args: string[]): string {
  return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();
}

/** Where the registry of this machine answers, once it does. */
function registryOf(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    process.stdout!.on('data', (piece: Buffer) => {
      text += piece.toString();
      const host = /^Registry on ([^\s,]+),/.exec(text)?.[1];
      if (host) resolve(host);
    });
    process.on('exit', (code) => reject(new Error(`the registry ended with ${code}: ${text}`)));
  });
}

async function train(page: Page, project: string, name: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/p/${project}/start`);
  const trust = page.getByRole('button', { name: 'Trust this project' });
  await expect(page.getByRole('textbox', { name: 'Command' })).toBeVisible();
  if (await trust.isVisible()) await trust.click();
  await page.getByRole('textbox', { name: 'Command' }).fill('node train-model.mjs');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('button', { name: /^Start/ }).click();
  await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
  await expect(page.getByText('Finished').first()).toBeVisible();
}

/** From the run that is open: its model.json becomes a version, whose page is open then. */
async function register(page: Page, version: string): Promise<void> {
  await page.getByRole('button', { name: 'Register model' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Register a model' });
  await dialog.getByRole('textbox', { name: 'Model', exact: true }).fill('churn');
  await dialog.getByRole('textbox', { name: 'Version', exact: true }).fill(version);
  await dialog.getByRole('button', { name: `Register churn ${version}` }).click();
  await page.waitForURL(new RegExp(`/models/churn/${version.replaceAll('.', '\\.')}`));
}

async function check(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Check gates' }).click();
}

async function approve(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Request review…' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Please have a look.');
  await page.getByRole('button', { name: 'Request review', exact: true }).click();
  await page.getByRole('link', { name: 'Review' }).click();
  await page.getByRole('textbox', { name: 'Comment' }).fill('Looks right.');
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(page.getByText(/^Approved\. Signed with the key/)).toBeVisible();
}

async function makeChampion(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Aliases and stage…' }).click();
  await page.getByRole('combobox', { name: 'Give it an alias' }).fill('champion');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('@champion').first()).toBeVisible();
}

async function push(page: Page, target: string): Promise<void> {
  await page.getByRole('button', { name: 'Push…' }).click();
  await page.getByRole('combobox', { name: 'Target' }).click();
  await page.getByRole('option', { name: new RegExp(`^${target} `) }).click();
  await page.getByRole('button', { name: `Push to ${target}` }).click();
  await expect(page.getByText('Pushed, and every digest was read back.')).toBeVisible();
  await page.keyboard.press('Escape');
}

test('train, register, see a gate fail, fix, pass, request, approve, push, verify, roll back', async ({
  world,
  page,
}) => {
  test.setTimeout(180_000);
  const shelf = spawn(
    'node',
    ['bin/assay.mjs', 'registry', '--folder', join(world.root, '..', 'registry'), '--port', '0'],
    {
      env: { ...process.env, ASSAY_HOME: world.home, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const registry = await registryOf(shelf);
    const { root } = world;
    writeFileSync(join(root, 'train-model.mjs'), TRAIN);
    writeFileSync(join(root, 'assay.yaml'), definition(registry));
    writeFileSync(join(root, 'labels.csv'), labels(30));
    mkdirSync(join(root, 'out'), { recursive: true });
    writeFileSync(join(root, '.gitignore'), 'out/\n.assay/\n');
    git(root, 'init', '-q', '-b', 'main');
    git(root, 'config', 'user.name', 'Ada Lovelace');
    git(root, 'config', 'user.email', 'ada@example.com');
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'Start');

    const host = await world.start();
    await page.goto(host.url);
    await page.waitForURL(/\/p\/[^/]+\/runs/);
    const project = new URL(page.url()).pathname.split('/')[2]!;
    const models = `${host.origin}/p/${project}/models`;

    await test.step('a version whose gate fails', async () => {
      await train(page, project, 'first');
      await register(page, '1.0.0');
      await check(page);
      await expect(page.getByText('2 of 3 pass').first()).toBeVisible();
      await expect(page.getByText('Fail', { exact: true }).first()).toBeVisible();
      await page.getByRole('button', { name: 'Push…' }).click();
      await page.getByRole('combobox', { name: 'Target' }).click();
      await page.getByRole('option', { name: /^hub / }).click();
      await expect(page.getByText(/takes approved versions only/).first()).toBeVisible();
      await expect(page.getByRole('button', { name: 'Push to hub' })).toBeDisabled();
      await page.keyboard.press('Escape');
    });

    await test.step('the labels are mended, and the next version passes', async () => {
      writeFileSync(join(root, 'labels.csv'), labels(38));
      git(root, 'commit', '-qam', 'Mend the labels');
      await train(page, project, 'second');
      await register(page, '1.1.0');
      await check(page);
      await expect(page.getByText('3 of 3 pass').first()).toBeVisible();
      await approve(page);
      await page.goto(`${models}/churn/1.1.0`);
      await makeChampion(page);
      await push(page, 'hub');
      await push(page, 'shelf');
      expect(JSON.parse(readFileSync(join(root, 'out/churn/1.1.0/model.json'), 'utf8'))).toMatchObject({ right: 0.95 });
    });

    await test.step('a better one takes its place', async () => {
      writeFileSync(join(root, 'labels.csv'), labels(40));
      git(root, 'commit', '-qam', 'Every label is right');
      await train(page, project, 'third');
      await register(page, '1.2.0');
      await approve(page);
      await page.goto(`${models}/churn/1.2.0`);
      await makeChampion(page);
      await push(page, 'hub');
      await expect(page.getByText('@champion').first()).toBeVisible();
    });

    await test.step('what differs between the two', async () => {
      await page.goto(`${models}/churn/compare?from=1.1.0&to=1.2.0`);
      await expect(page.getByRole('row', { name: /accuracy/ })).toContainText('+0.05');
      await page.getByRole('tab', { name: /Code/ }).click();
      await expect(page.getByRole('button', { name: 'labels.csv' })).toBeVisible();
    });

    await test.step('where it came from and went', async () => {
      await page.goto(`${host.origin}/p/${project}/lineage?name=churn&version=1.2.0`);
      const graph = page.getByLabel('Lineage graph');
      await expect(graph.getByText('churn 1.2.0')).toBeVisible();
      await expect(graph.getByText('third')).toBeVisible();
      await graph.getByText('churn 1.2.0').click();
      await expect(page.getByRole('complementary', { name: /Model version/ })).toBeVisible();
    });

    await test.step('roll back, here and at the registry', async () => {
      await page.goto(`${host.origin}/p/${project}/targets`);
      await page.getByRole('button', { name: 'Roll back …' }).click();
      await expect(page.getByText('points to 1.2.0 now')).toBeVisible();
      await page.getByRole('button', { name: 'Roll back champion' }).click();
      await expect(page.getByText(/1\.1\.0/).first()).toBeVisible();
      const tag = async (name: string): Promise<string | null> =>
        (
          await fetch(`http://${registry}/v2/team/churn/manifests/${name}`, {
            method: 'HEAD',
            headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
          })
        ).headers.get('docker-content-digest');
      await expect.poll(() => tag('champion')).toBe(await tag('1.1.0'));
    });

    await test.step('every step is in the log, which is intact', async () => {
      await page.goto(`${host.origin}/p/${project}/audit`);
      await expect(page.getByText(/^Intact: \d+ events/)).toBeVisible();
      await expect(page.getByText('Rolled back').first()).toBeVisible();
      expect(git(root, 'tag')).toContain('churn@v1.2.0');
    });
  } finally {
    shelf.kill();
  }
});
