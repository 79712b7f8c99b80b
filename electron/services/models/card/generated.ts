import type { ModelDefinition, SignatureField } from '../../../../shared/contract/models.ts';
import { formatBytes } from '../../../../shared/format-bytes.ts';
import type { Section } from './card-file.ts';
import { facts, markdownTable, paragraphs, plain } from './escape.ts';
import type { Evidence } from './evidence.ts';

const MAX_ROWS = 200;
const when = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
const sum = (files: readonly { size: number }[]): number => files.reduce((total, { size }) => total + size, 0);

/** The sections that Assay writes, in order. Every word of the evidence in them is escaped. */
export function generatedSections(evidence: Evidence): Section[] {
  const { definition } = evidence.version;
  const all: (readonly [title: string, markdown: string])[] = [
    ['Overview', overview(evidence)],
    ['Evidence', origin(definition)],
    ['Data', data(definition)],
    [
      'Metrics',
      table(
        ['metric', 'value'],
        Object.entries(definition.metrics).map(([key, value]) => [key, String(value)]),
      ),
    ],
    [
      'Parameters',
      table(
        ['parameter', 'value'],
        Object.entries(definition.params).map(([key, value]) => [key, text(value)]),
      ),
    ],
    ['Gates', gates(evidence)],
    ['Approval', approval(evidence)],
    ['Signature', signature(definition)],
    ['Environment', environment(definition)],
    ['Files', files(evidence)],
  ];
  return all.filter(([, markdown]) => markdown !== '').map(([title, markdown]) => ({ title, markdown }));
}

export const GENERATED_TITLES: readonly string[] = [
  'Overview',
  'Evidence',
  'Data',
  'Metrics',
  'Parameters',
  'Gates',
  'Approval',
  'Signature',
  'Environment',
  'Files',
];

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A table of at most 200 rows that says how many are left out. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const left = rows.length - MAX_ROWS;
  return `${markdownTable(header, rows.slice(0, MAX_ROWS))}${left > 0 ? `\n\n… and ${left} more, in the definition.` : ''}`;
}

function overview({ version: { definition }, pointers }: Evidence): string {
  const { kind } = definition;
  const dtypes = Object.entries(kind.dtypes)
    .map(([dtype, count]) => `${dtype} × ${count.toLocaleString('en')}`)
    .join(', ');
  const rows = facts([
    ['Version', `${definition.model} ${definition.version}`],
    ['Kind', kind.title],
    ['Written with', kind.libraryVersion],
    [
      'Parameters',
      kind.parameters === null ? null : `${kind.parameters.toLocaleString('en')}${dtypes ? ` (${dtypes})` : ''}`,
    ],
    [
      'Size',
      `${formatBytes(sum(definition.files))} in ${definition.files.length} ${definition.files.length === 1 ? 'file' : 'files'}`,
    ],
    ['Author', `${definition.author.name} <${definition.author.email}>`],
    ['Owner', definition.owner],
    ['Licence', definition.licence],
    ['Registered', definition.created],
    ['Aliases and stages', pointers.join(', ')],
  ]);
  const warnings = kind.warnings.map((warning) => `- ${plain(warning)}`).join('\n');
  return [paragraphs(definition.description), rows, warnings && `What reading its files showed:\n\n${warnings}`]
    .filter((part) => part !== '')
    .join('\n\n');
}

function origin({ run, code }: ModelDefinition): string {
  return facts([
    ['Run', run && (run.name === run.id ? run.id : `${run.name} (${run.id})`)],
    ['Experiment', run?.experiment],
    ['Group', run?.group],
    ['Command', run?.command.join(' ')],
    ['Artifact', run?.artifact],
    ['Started', run?.startedAt ? `${when(run.startedAt)} UTC` : null],
    ['Ended', run?.endedAt ? `${when(run.endedAt)} UTC` : null],
    ['Commit', code?.commit],
    ['Branch', code?.branch],
    ['Repository', code?.remote],
    ['Uncommitted changes', code?.dirty ? 'yes: the patch is among the evidence when it was kept' : null],
  ]);
}

const data = (definition: ModelDefinition): string =>
  table(
    ['path', 'role', 'version', 'hash', 'size'],
    definition.data.map(({ path, role, version, hash, size }) => [
      path,
      role ?? '',
      version ?? '',
      hash ?? 'not recorded',
      size === null ? '' : formatBytes(size),
    ]),
  );

function gates({ evaluation }: Evidence): string {
  if (!evaluation) return '';
  const champion = evaluation.champion
    ? `, compared with ${evaluation.champion.alias} (${evaluation.champion.version})`
    : '';
  const head = `${plain(`Verdict: ${evaluation.verdict}${champion}. Checked ${when(evaluation.at)} UTC by ${evaluation.by}.`)}\n\nEvaluation ${plain(evaluation.digest)}`;
  const rows = evaluation.gates.map(({ title, verdict, value, message }) => [
    verdict,
    title,
    value === null ? '' : String(value),
    message,
  ]);
  return [head, table(['verdict', 'gate', 'value', 'why'], rows)].filter((part) => part !== '').join('\n\n');
}

function approval({ approval: { state, decisions, overridden } }: Evidence): string {
  if (state === 'none') return '';
  const head = plain(`State: ${state}${overridden ? ', although a gate failed' : ''}.`);
  const rows = decisions.map(({ by, at, decision, comment, override }) => [
    decision === 'approve' ? 'approved' : 'rejected',
    `${by.name} <${by.email}>`,
    `${when(at)} UTC`,
    override === null ? comment : `Override: ${override}${comment ? ` · ${comment}` : ''}`,
  ]);
  return [head, table(['decision', 'by', 'at', 'comment'], rows)].filter((part) => part !== '').join('\n\n');
}

function signature({ signature: stated }: ModelDefinition): string {
  if (!stated) return '';
  const row = (what: string) => (field: SignatureField) => [
    what,
    field.name ?? '',
    field.type,
    field.shape ? `[${field.shape.map((one) => (one < 0 ? '?' : one)).join(', ')}]` : '',
    field.required ? '' : 'optional',
  ];
  return table(
    ['', 'name', 'type', 'shape', ''],
    [...stated.inputs.map(row('input')), ...stated.outputs.map(row('output'))],
  );
}

function environment({ environment: found }: ModelDefinition): string {
  if (!found) return '';
  const rows = facts([
    ['Python', found.python],
    ['System', found.os],
    ['GPUs', found.gpus.join(', ')],
  ]);
  return [
    rows,
    table(
      ['package', 'version'],
      found.packages.map((one) => [one.split('==', 1)[0]!, one.split('==')[1] ?? '']),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function files({ version: { definition, digest } }: Evidence): string {
  const rows = definition.files.map(({ path, size, sha256 }) => [path, formatBytes(size), sha256]);
  return `Definition ${plain(digest)}\n\n${table(['path', 'size', 'SHA-256'], rows)}`;
}
