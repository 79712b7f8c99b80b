import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTool } from '../../platform/process.ts';
import { canonicalJson, digestOf, sha256 } from './canonical.ts';
import { makeAuditWorld } from './testing.ts';

let world: Awaited<ReturnType<typeof makeAuditWorld>>;
beforeEach(async () => {
  world = await makeAuditWorld();
});
afterEach(() => world.dispose());

const add = (version: string, project = 'p') =>
  world.audit.append(project, { action: 'registered', model: 'churn', version, data: { definition: 'd'.repeat(64) } });
const chains = (root = world.root): string[] =>
  readdirSync(join(root, 'models/audit')).filter((name) => name.endsWith('.ndjson'));
const only = (): string => join(world.root, 'models/audit', chains()[0]!);
const git = async (root: string, ...args: string[]): Promise<string> => {
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid'];
  const { code, stdout, stderr } = await runTool('git', [...who, ...args], { cwd: root });
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}${stdout}`);
  return stdout;
};

const hasGit = spawnSync('git', ['--version']).status === 0;

describe('the audit log', () => {
  it('is a chain that standard tools can check: each hash over the one before and the canonical event', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await add(version);
    let prev = '0'.repeat(64);
    for (const line of readFileSync(only(), 'utf8').trimEnd().split('\n')) {
      const { hash, ...event } = JSON.parse(line) as Record<string, unknown>;
      expect(event.prev).toBe(prev);
      expect(hash).toBe(sha256(prev + canonicalJson(event)));
      prev = hash as string;
    }
    expect(world.audit.head('p')).toBe(digestOf({ [chains()[0]!.slice(0, 16)]: prev }));
    expect(await world.audit.verify('p')).toMatchObject({ events: 3, writers: 1, findings: [] });
    expect(world.audit.log('p', { limit: 2 }).events.map((one) => one.version)).toEqual(['1.2.0', '1.1.0']);
    expect(world.audit.log('p').events[0]!.actor).toEqual({ name: 'Ada', email: 'ada@example.invalid' });
  });

  it('takes an event once that is repeated after a kill', async () => {
    const event = { action: 'signed', model: 'm', version: '1.0.0', data: { key: 'k' } } as const;
    const first = await world.audit.append('p', event, { once: true });
    const again = await world.audit.append('p', event, { once: true });
    expect(again.event.hash).toBe(first.event.hash);
    expect(world.audit.log('p').total).toBe(1);
  });

  it('goes on after a line that a kill cut off, and loses none that was acknowledged', async () => {
    await add('1.0.0');
    await add('1.1.0');
    appendFileSync(only(), readFileSync(only(), 'utf8').slice(0, 100));
    const torn = await world.audit.verify('p');
    expect(torn.findings).toMatchObject([{ severity: 'warning', where: expect.stringContaining('line 3') }]);
    await add('1.2.0');
    expect(await world.audit.verify('p')).toMatchObject({ events: 3, findings: [] });
  });

  it('goes on when a kill came between the line and the head that this clone keeps', async () => {
    await add('1.0.0');
    const kept = join(world.root, '.assay/audit-head');
    const before = readFileSync(kept);
    await add('1.1.0');
    writeFileSync(kept, before);
    await add('1.2.0');
    expect(await world.audit.verify('p')).toMatchObject({ events: 3, writers: 1, findings: [] });
  });

  it('is written by several processes of one clone, one after the other', async () => {
    const script = join(import.meta.dirname, '../../testing/append-audit.ts');
    const all = await Promise.all([1, 2, 3].map(() => runTool(process.execPath, [script, world.root, '12'])));
    expect(all.map((one) => one.stderr.replaceAll(/.*Warning.*\n.*\n/g, ''))).toEqual(['', '', '']);
    expect(await world.audit.verify('p')).toMatchObject({ events: 36, writers: 1, findings: [] });
  });

  it.skipIf(!hasGit)(
    'of two clones lies side by side after a merge of git, each telling what it saw of the other',
    async () => {
      await add('1.0.0');
      await git(world.root, 'add', 'models');
      await git(world.root, 'commit', '-qm', 'one');
      const other = join(world.home, 'other');
      await git(world.home, 'clone', '-q', world.root, other);
      world.open('other', other);
      appendFileSync(join(other, '.git/config'), '[user]\n\tname = Bo\n\temail = bo@example.invalid\n');
      await add('1.1.0', 'other');
      await git(other, 'add', 'models');
      await git(other, 'commit', '-qm', 'two');
      await add('1.2.0');
      await git(world.root, 'add', 'models');
      await git(world.root, 'commit', '-qm', 'three');
      await git(world.root, 'pull', '-q', '--no-rebase', '--no-edit', other, 'HEAD');
      await add('1.3.0');
      const report = await world.audit.verify('p');
      expect(report).toMatchObject({ events: 4, writers: 2, findings: [] });
      expect(world.audit.events('p').map((one) => one.actor.name)).toEqual(['Ada', 'Bo', 'Ada', 'Ada']);
    },
  );

  it.skipIf(!hasGit)(
    'begins another chain on another branch and in a copy of the folder, so that merging them never conflicts',
    async () => {
      await add('1.0.0');
      await git(world.root, 'add', 'models');
      await git(world.root, 'commit', '-qm', 'one');
      await git(world.root, 'checkout', '-qb', 'side');
      await add('1.1.0');
      await git(world.root, 'add', 'models');
      await git(world.root, 'commit', '-qm', 'side');
      await git(world.root, 'checkout', '-q', 'main');
      expect((await world.audit.verify('p')).findings).toMatchObject([
        { severity: 'warning', message: expect.stringContaining('which this branch does not have') },
      ]);
      await add('1.2.0');
      expect(chains()).toHaveLength(2);
      await git(world.root, 'add', 'models');
      await git(world.root, 'commit', '-qm', 'two');
      await git(world.root, 'merge', '-q', '--no-edit', 'side');
      expect(await world.audit.verify('p')).toMatchObject({ events: 3, findings: [] });
      const copy = join(world.home, 'copy');
      cpSync(world.root, copy, { recursive: true });
      world.open('copy', copy);
      await add('1.3.0', 'copy');
      expect(chains(copy)).toHaveLength(3);
      expect(await world.audit.verify('copy')).toMatchObject({ events: 4, findings: [] });
    },
  );

  it('bears the line endings of Windows', async () => {
    await add('1.0.0');
    await add('1.1.0');
    writeFileSync(only(), readFileSync(only(), 'utf8').replaceAll('\n', '\r\n'));
    expect((await world.audit.verify('p')).findings).toEqual([]);
    await add('1.2.0');
    expect(await world.audit.verify('p')).toMatchObject({ events: 3, writers: 1, findings: [] });
    expect(readFileSync(join(world.root, 'models/audit/.gitattributes'), 'utf8')).toContain('-text');
  });

  it('refuses what JSON cannot hold, and does not begin without a name', async () => {
    const event = { action: 'described', model: 'm', version: null } as const;
    await expect(world.audit.append('p', { ...event, data: { n: Number.NaN } })).rejects.toThrow(/JSON/);
    await expect(world.audit.append('p', { ...event, data: { t: 'x'.repeat(300_000) } })).rejects.toThrow(/too much/);
    expect(world.audit.log('p').total).toBe(0);
  });
});
