import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AuditEvent } from '../../../shared/contract/audit.ts';
import { canonicalJson } from './canonical.ts';
import { hashOf, sealed } from './chain.ts';
import { makeAuditWorld } from './testing.ts';

let world: Awaited<ReturnType<typeof makeAuditWorld>>;
let path: string;
beforeEach(async () => {
  world = await makeAuditWorld();
  for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0'])
    await world.audit.append('p', { action: 'registered', model: 'churn', version, data: { n: version } });
  path = join(
    world.root,
    'models/audit',
    readdirSync(join(world.root, 'models/audit')).find((one) => one.endsWith('n'))!,
  );
});
afterEach(() => world.dispose());

const lines = (): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
const put = (all: readonly string[]): void => writeFileSync(path, all.map((line) => `${line}\n`).join(''));
const errors = async () => (await world.audit.verify('p')).findings.filter((one) => one.severity === 'error');
/** rewrites everything from a line on, with hashes that fit: what somebody does who knows the format */
function forge(from: number, change: (event: AuditEvent) => AuditEvent): string[] {
  const all = lines().map((line) => JSON.parse(line) as AuditEvent);
  const made: AuditEvent[] = all.slice(0, from);
  for (const event of all.slice(from)) {
    const { hash: _, ...open } = change(event);
    made.push(sealed({ ...open, prev: made.at(-1)?.hash ?? '0'.repeat(64) }).event);
  }
  return made.map(canonicalJson);
}

it('believes no line that was changed, so that nothing is decided by it', () => {
  put(lines().with(2, lines()[2]!.replace('"n":"1.2.0"', '"n":"9.2.0"')));
  expect(world.audit.events('p').map(({ data }) => data.n)).toEqual(['1.0.0', '1.1.0', '1.3.0', '1.4.0']);
  put(lines().with(1, lines()[1]!.replace('{', '{ ')));
  expect(world.audit.events('p')).toHaveLength(4);
});

it.each<[string, (all: string[]) => string[], RegExp, RegExp]>([
  [
    'a changed word in the middle',
    (all) => all.with(2, all[2]!.replace('"n":"1.2.0"', '"n":"9.2.0"')),
    /line 3$/,
    /was changed/,
  ],
  ['a changed hash', (all) => all.with(1, all[1]!.replace(/"hash":"./, '"hash":"z')), /line 2$/, /no event|changed/],
  [
    'another hash',
    (all) => all.with(1, all[1]!.replace(/"hash":"[0-9a-f]{64}/, `"hash":"${'a'.repeat(64)}`)),
    /line 2$/,
    /was changed/,
  ],
  ['a removed line', (all) => all.toSpliced(2, 1), /line 3$/, /Number 3 is missing/],
  ['reordered lines', (all) => [all[0]!, all[2]!, all[1]!, all[3]!, all[4]!], /line 3$/, /reordered/],
  ['a doubled line', (all) => [...all.slice(0, 3), all[2]!, ...all.slice(3)], /line 4$/, /doubled/],
  ['a line that is no event', (all) => [...all, 'hello'], /line 6$/, /no JSON/],
  ['a line of another program', (all) => [...all, '{"a":1}'], /line 6$/, /no event/],
  ['spaces', (all) => all.with(1, all[1]!.replace('{', '{ ')), /line 2$/, /not written as Assay writes/],
  ['a cut tail', (all) => all.slice(0, 3), /line 4$/, /cut off.*audit-head/],
])('finds %s and names the line', async (_, change, where, message) => {
  put(change(lines()));
  const found = await errors();
  expect(found.filter((one) => where.test(one.where) && message.test(one.message))).toHaveLength(1);
});

it('finds a chain that was forged with hashes that fit, by the head that this clone kept', async () => {
  put(forge(3, (event) => ({ ...event, data: { n: 'forged' } })));
  expect(await errors()).toMatchObject([{ message: expect.stringContaining('rewritten') }]);
});

it('finds forged and cut chains by the history of git when nothing else is left', async () => {
  const before = lines();
  await world.git.commitAll(world.root, 'all', { name: 'T', email: 't@example.invalid' });
  rmSync(join(world.root, '.assay/audit-head'));
  put(forge(1, (event) => ({ ...event, at: event.at.replace('2026', '2025') })));
  expect(await errors()).toMatchObject([
    { where: expect.stringMatching(/line 2$/), message: expect.stringContaining('commit') },
  ]);
  put(before.slice(0, 2));
  expect(await errors()).toMatchObject([
    { where: expect.stringMatching(/line 3$/), message: expect.stringContaining('cut off') },
  ]);
  rmSync(path);
  expect(await errors()).toMatchObject([
    { where: expect.stringMatching(/ndjson$/), message: expect.stringContaining('gone') },
  ]);
});

it('finds a cut tail by what another clone saw', async () => {
  const folder = join(world.home, 'other');
  mkdirSync(join(folder, 'models/audit'), { recursive: true });
  writeFileSync(join(folder, 'models/audit', path.slice(path.lastIndexOf('/') + 1)), readFileSync(path));
  world.open('other', folder);
  process.env.GIT_AUTHOR_NAME = 'Bo';
  process.env.GIT_AUTHOR_EMAIL = 'bo@example.invalid';
  await world.audit.append('other', { action: 'approved', model: 'churn', version: '1.4.0' });
  delete process.env.GIT_AUTHOR_NAME;
  delete process.env.GIT_AUTHOR_EMAIL;
  const theirs = readdirSync(join(folder, 'models/audit')).find((one) => one.endsWith('n') && !path.endsWith(one))!;
  writeFileSync(join(world.root, 'models/audit', theirs), readFileSync(join(folder, 'models/audit', theirs)));
  expect(await errors()).toEqual([]);
  rmSync(join(world.root, '.assay/audit-head'));
  put(lines().slice(0, 4));
  expect(await errors()).toMatchObject([
    { where: expect.stringMatching(/line 5$/), message: expect.stringContaining(theirs) },
  ]);
});

it('finds a cut tail by a receipt that names the head of its push', async () => {
  const folder = join(world.root, 'models/churn/1.4.0/receipts');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'team-1.json'), JSON.stringify({ auditHead: world.audit.head('p') }));
  await world.audit.append('p', { action: 'pushed', model: 'churn', version: '1.4.0' });
  await world.audit.append('p', { action: 'deprecated', model: 'churn', version: '1.4.0' });
  expect(await errors()).toEqual([]);
  rmSync(join(world.root, '.assay/audit-head'));
  put(lines().slice(0, 4));
  expect(await errors()).toMatchObject([{ where: 'models/churn/1.4.0/receipts/team-1.json' }]);
});

it('names foreign files and a chain that was put under another name', async () => {
  writeFileSync(join(world.root, 'models/audit/notes.txt'), 'x');
  writeFileSync(join(world.root, 'models/audit/0123456789abcdef.ndjson'), readFileSync(path));
  const { findings } = await world.audit.verify('p');
  expect(findings).toContainEqual(expect.objectContaining({ severity: 'warning', where: 'models/audit/notes.txt' }));
  expect(findings.filter((one) => one.message.includes('belongs to another chain'))).toHaveLength(5);
  expect(hashOf(JSON.parse(lines()[0]!) as AuditEvent)).toHaveLength(64);
});
