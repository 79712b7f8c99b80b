import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Evaluation } from '../../../../shared/contract/gates.ts';
import type { ModelDefinition } from '../../../../shared/contract/models.ts';
import { definitionOf, registryOf } from '../testing.ts';
import type { Evidence } from './evidence.ts';
import { cardSections, createCards } from './service.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-card-'));
  mkdirSync(join(root, 'models', 'churn'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function setUp(definition: ModelDefinition = definitionOf()) {
  const registry = registryOf([definition]);
  const state: { evaluation: Evidence['evaluation']; approval: Evidence['approval'] } = {
    evaluation: null,
    approval: { state: 'none', decisions: [], overridden: false },
  };
  const recorded: string[] = [];
  const cards = createCards({
    registry,
    rootOf: () => root,
    evaluation: async () => state.evaluation,
    approval: async () => state.approval,
    recorded: async (_, name, version, { sha256, again }) => {
      if (!again) recorded.push(`${name} ${version} ${sha256.length}`);
      return ['models/audit/a.ndjson'];
    },
  });
  const file = join(root, 'models', 'churn', `${definition.version}.md`);
  return {
    cards,
    registry,
    state,
    recorded,
    file,
    card: () => cards.card('p', 'churn', definition.version),
    write: (sections: Record<string, string> = {}) => cards.writeCard('p', 'churn', definition.version, sections),
    text: () => readFileSync(file, 'utf8'),
  };
}

const evaluation = (verdict: Evaluation['verdict'], digest: string): Evaluation => ({
  assay: 'evaluation/1',
  digest: digest.repeat(64),
  model: 'churn',
  version: '1.0.0',
  definition: 'e'.repeat(64),
  declared: [],
  champion: null,
  at: 1_700_000_000_000,
  by: 'Ada',
  assayVersion: '0.1.0',
  verdict,
  gates: [
    {
      id: 'metric:accuracy',
      kind: 'metric',
      title: 'accuracy at least 0.9',
      verdict,
      value: 0.91,
      unit: null,
      bound: { op: 'min', value: 0.9 },
      champion: null,
      interval: null,
      message: 'accuracy is 0.91, at least 0.9.',
      evidence: [],
      slices: [],
    },
  ],
});

test('before it is written it is what would be written', async () => {
  const { card, write, text, recorded, registry } = setUp();
  const proposed = await card();
  expect(proposed).toMatchObject({ written: false, stale: [], file: 'models/churn/1.0.0.md' });
  const written = await write();
  expect(written.written).toBe(true);
  expect(written.markdown).toBe(text());
  expect(written.markdown).toBe(proposed.markdown);
  expect(recorded).toEqual(['churn 1.0.0 64']);
  expect(registry.commits).toEqual([
    { paths: ['models/churn/1.0.0.md', 'models/audit/a.ndjson'], message: 'Card of churn 1.0.0' },
  ]);
  await write();
  expect(recorded).toHaveLength(1);
});

test('its metadata is what the Hugging Face Hub reads', async () => {
  const { write, text } = setUp();
  await write();
  expect(parse(text().split('---\n')[1]!)).toEqual({
    license: 'mit',
    library_name: 'sklearn',
    tags: ['assay', 'sklearn'],
    datasets: ['train.csv'],
    metrics: ['accuracy'],
    'model-index': [
      {
        name: 'churn',
        results: [
          {
            task: { type: 'other' },
            dataset: { type: 'other', name: 'train.csv' },
            metrics: [{ type: 'accuracy', value: 0.91 }],
          },
        ],
      },
    ],
  });
});

test('sections of people stay to the letter when the evidence changes, and so do their own metadata', async () => {
  const { write, text, file, state } = setUp();
  await write({
    'Intended use': 'Call centre only.\n\n```md\n## not a heading\n```',
    Thanks: '## Inner\n\n*everyone*',
  });
  writeFileSync(file, text().replace('tags:\n', 'language: en\ntags:\n  - churn\n'));
  const after = (markdown: string) => markdown.split('<!-- assay:end -->')[1];
  const before = after(text());
  state.evaluation = evaluation('pass', '1');
  const card = await write();
  expect(after(card.markdown)).toBe(before);
  expect(parse(text().split('---\n')[1]!)).toMatchObject({ language: 'en', tags: ['assay', 'sklearn', 'churn'] });
  expect(card.sections.find(({ title }) => title === 'Intended use')?.markdown).toContain('## not a heading');
  expect(card.sections.some(({ title, generated }) => title === 'Gates' && generated)).toBe(true);
});

test('only the sections that are named change', async () => {
  const { write } = setUp();
  await write({ Limitations: 'Small shops.', Notes: 'One.' });
  const card = await write({ Notes: 'Two.' });
  const of = (title: string) => card.sections.find((one) => one.title === title)?.markdown;
  expect([of('Limitations'), of('Notes')]).toEqual(['Small shops.', 'Two.']);
  expect((await write({ Notes: '' })).sections.some(({ title }) => title === 'Notes')).toBe(false);
});

test('gates learn which sections are written', async () => {
  const { write, cards } = setUp();
  expect(cardSections(root, 'churn', '1.0.0')).toEqual({
    'Intended use': false,
    Limitations: false,
    'Training data notes': false,
    'Ethical considerations': false,
  });
  await write({ Limitations: 'Small shops.' });
  expect(await cards.filled('p', 'churn', '1.0.0')).toMatchObject({ 'Intended use': false, Limitations: true });
});

test('the mark of an approval is no alias', async () => {
  const { card, registry } = setUp();
  registry.pointed.approved = '1.0.0';
  registry.pointed.champion = '1.0.0';
  const { markdown } = await card();
  expect(markdown).toContain('| Aliases and stages | champion |');
});

test('it says what changed since it was written', async () => {
  const { cards, write, card, state, registry } = setUp();
  await write();
  expect((await card()).stale).toEqual([]);
  state.evaluation = evaluation('fail', '1');
  registry.pointed.champion = '1.0.0';
  expect((await card()).stale).toEqual(['The gates were checked since: fail.', '"champion" points to it now.']);
  // the gate that asks for a fresh card makes an evaluation itself
  expect(await cards.staleForGates('p', 'churn', '1.0.0')).toEqual(['"champion" points to it now.']);
  await write();
  expect((await card()).stale).toEqual([]);
  state.evaluation = evaluation('pass', '2');
  state.approval = { state: 'approved', decisions: [], overridden: false };
  delete registry.pointed.champion;
  registry.definitions[0] = definitionOf({ description: 'Changed by hand.' });
  expect((await card()).stale).toEqual([
    'The gates were checked again since: pass, fail before.',
    'The definition of the version changed.',
    'It was approved since.',
    '"champion" does not point to it any more.',
  ]);
});

test('an edit in the generated part is told, and replaced', async () => {
  const { write, card, text, file } = setUp();
  await write();
  writeFileSync(file, text().replace('0.91 |', '0.99 |'));
  expect((await card()).stale).toEqual([
    'Somebody edited the part that Assay writes; it is made anew when the card is written.',
  ]);
  expect((await write()).markdown).not.toContain('0.99');
});

test('a card without a generated part keeps its text and gets one', async () => {
  const { write, card, file } = setUp();
  writeFileSync(file, '# By hand\n\n## Intended use\n\nMine.\n');
  expect((await card()).stale).toEqual([
    'The part that Assay writes is missing. Write the card again to bring it back.',
  ]);
  const written = await write();
  expect(written.markdown).toContain('## Intended use\n\nMine.');
  expect(written.markdown).toContain('# By hand');
  expect(written.stale).toEqual([]);
});

test('words of the evidence cannot become markup, and cannot end the generated part', async () => {
  const evil =
    '<script>alert(1)</script> <!-- assay:end --> [x](javascript:alert(1)) ![y](https://evil.example/p.png)\n\n# Approved\n\nwww.evil.example @team | `a` | **b**';
  const { write, text, state } = setUp(
    definitionOf({
      description: evil,
      owner: evil,
      params: { [evil]: evil },
      metrics: { [evil]: 1 },
      licence: evil.slice(0, 30),
      data: [{ path: evil, role: null, hash: null, size: null, version: null }],
    }),
  );
  state.evaluation = evaluation('pass', '1');
  state.evaluation.gates[0]!.message = evil;
  state.approval = {
    state: 'approved',
    decisions: [
      { by: { name: evil, email: 'x' }, at: 1, decision: 'approve', comment: evil, override: null, byAuthor: false },
    ],
    overridden: false,
  };
  await write();
  const [, body] = text().split(/^---$/m).slice(1);
  // every character that begins markup is escaped
  expect(body).not.toMatch(/(?<!\\)<script/);
  expect(body).not.toMatch(/(?<!\\)\[x/);
  expect(body).not.toMatch(/(?<!\\)\]\(/);
  expect(body).not.toMatch(/(?<!\\)!\\?\[y/);
  expect(body).not.toMatch(/^# Approved/m);
  expect(body).not.toContain('https://evil');
  expect(body).not.toContain('www.evil');
  expect(body).not.toMatch(/(?<!\\)\*\*b/);
  expect(body!.match(/^<!-- assay:end -->$/gm)).toHaveLength(1);
  expect(body!.match(/<!--/g)).toHaveLength(2);
});

test('text that would break the card is refused', async () => {
  const { write } = setUp();
  await expect(write({ Notes: 'a\n<!-- assay:end -->\nb' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(write({ Metrics: 'mine' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(write({ 'a\nb': 'x' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('code that is left open does not swallow what comes after it', async () => {
  const { write } = setUp();
  const card = await write({ Limitations: '```\nopen' });
  expect(card.sections.filter(({ generated }) => !generated).map(({ title }) => title)).toEqual([
    'Intended use',
    'Limitations',
    'Training data notes',
    'Ethical considerations',
  ]);
});

test('metadata that is no YAML is not overwritten', async () => {
  const { write, file, text } = setUp();
  writeFileSync(file, '---\na: [\n---\n\ntext\n');
  await expect(write()).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(text()).toContain('a: [');
});

test('a card that is a link out of the project is not followed', async () => {
  const { card, file } = setUp();
  writeFileSync(join(tmpdir(), 'assay-secret-card'), 'secret');
  symlinkSync(join(tmpdir(), 'assay-secret-card'), file);
  await expect(card()).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  rmSync(join(tmpdir(), 'assay-secret-card'));
});
