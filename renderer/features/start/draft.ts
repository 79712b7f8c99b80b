import type { GpuChoice, StartRequest, StartRequestParsed } from '../../../shared/contract/runs.ts';
import { MASK } from '../../../shared/secret-names.ts';
import { formatCommand } from '../../lib/format.ts';
import { splitCommand } from './split-command.ts';

export type Variable = { readonly id: number; readonly name: string; readonly value: string };

/** The form as it is typed. */
export type Draft = {
  readonly command: string;
  readonly cwd: string;
  /** Path of the interpreter; null for the project's own choice. */
  readonly interpreter: string | null;
  readonly name: string;
  readonly experiment: string;
  /** `key` or `key=value` each */
  readonly tags: readonly string[];
  readonly note: string;
  readonly env: readonly Variable[];
  readonly gpus: GpuChoice;
  /** paths from the project's folder */
  readonly datasets: readonly string[];
};

export type Field = keyof Draft;

/** What a fresh form starts with. */
export function emptyDraft(command: readonly string[] | null, experiment: string | null): Draft {
  return {
    command: command ? formatCommand(command) : '',
    cwd: '.',
    interpreter: null,
    name: '',
    experiment: experiment ?? 'default',
    tags: [],
    note: '',
    env: [],
    gpus: 'auto',
    datasets: [],
  };
}

/** The form for a request, as `runs.request` gives it. */
export function draftOf(request: StartRequest): Draft {
  const { command, cwd, interpreter, name, experiment, tags, note, env, gpus, datasets } = request;
  return {
    command: formatCommand(command),
    cwd: cwd ?? '.',
    interpreter: interpreter ?? null,
    name: name ?? '',
    experiment: experiment ?? 'default',
    tags: Object.entries(tags ?? {}).map(([key, value]) => (value ? `${key}=${value}` : key)),
    note: note ?? '',
    env: Object.entries(env ?? {}).map(([variable, value], id) => ({ id, name: variable, value })),
    gpus: gpus ?? 'auto',
    datasets: datasets ?? [],
  };
}

/** The request that a form asks for. `origin` is the run that is started again, with the group it belonged to. */
export function requestOf(
  draft: Draft,
  queue: boolean,
  origin: { run: string; group: string | null } | null,
): StartRequestParsed {
  return {
    command: [...splitCommand(draft.command).argv],
    cwd: draft.cwd.trim() || '.',
    interpreter: draft.interpreter?.trim() || null,
    name: draft.name.trim() || null,
    experiment: draft.experiment.trim() || 'default',
    group: origin?.group ?? null,
    tags: Object.fromEntries(draft.tags.map(splitTag)),
    note: draft.note,
    env: Object.fromEntries(draft.env.filter((one) => one.name.trim()).map(({ name, value }) => [name.trim(), value])),
    gpus: draft.gpus,
    datasets: [...new Set(draft.datasets.map((path) => path.trim()))],
    queue,
    restartOf: origin?.run ?? null,
  };
}

function splitTag(tag: string): [string, string] {
  const at = tag.indexOf('=');
  return at < 0 ? [tag.trim(), ''] : [tag.slice(0, at).trim(), tag.slice(at + 1).trim()];
}

/** What must be mended before the form can be sent: a sentence for each field that is wrong, and for each variable by its id. */
export function problemsOf(draft: Draft): {
  fields: Partial<Record<Field, string>>;
  variables: ReadonlyMap<number, string>;
} {
  const fields: Partial<Record<Field, string>> = {};
  const { argv, problem } = splitCommand(draft.command);
  if (problem) fields.command = problem;
  else if (argv.length === 0) fields.command = 'Type the command to run, for example: python train.py --lr 0.1';
  else if (argv[0] === '') fields.command = 'The first word is the program to run; it cannot be empty.';
  const cwd = draft.cwd.trim();
  if (cwd.split(/[/\\]/).includes('..')) fields.cwd = 'The folder must lie inside the project.';
  if (draft.interpreter !== null && draft.interpreter.trim() === '') fields.interpreter = 'Type the path of a Python.';
  if (draft.tags.some((tag) => splitTag(tag)[0] === '')) fields.tags = 'A tag needs a key before the “=”.';
  if (typeof draft.gpus !== 'string' && draft.gpus.length === 0)
    fields.gpus = 'Choose at least one GPU, or none at all.';
  if (draft.datasets.some((path) => /^[/\\]|^[A-Za-z]:/.test(path) || path.split(/[/\\]/).includes('..')))
    fields.datasets = 'Data must lie inside the project; type its path from there.';
  const variables = variableProblems(draft.env);
  if (variables.size > 0) fields.env = 'Some variables cannot be set as they are.';
  return { fields, variables };
}

function variableProblems(env: readonly Variable[]): Map<number, string> {
  const problems = new Map<number, string>();
  const seen = new Set<string>();
  for (const { id, name: typed, value } of env) {
    const name = typed.trim();
    if (name === '' && value === '') continue;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      problems.set(id, 'A variable name has letters, digits and _ only, and no digit first.');
    else if (seen.has(name)) problems.set(id, `${name} is set twice.`);
    else if (value.includes(MASK)) problems.set(id, 'The secret was not kept. Type it anew, or remove the variable.');
    seen.add(name);
  }
  return problems;
}

/** The fields that are not as they were, for marking what is different from the run that is started again. */
export function changedFields(draft: Draft, before: Draft): ReadonlySet<Field> {
  const text = (field: Field, of: Draft): string =>
    field === 'env'
      ? JSON.stringify(of.env.filter((one) => one.name).map(({ name, value }) => [name, value]))
      : JSON.stringify(of[field]);
  return new Set((Object.keys(draft) as Field[]).filter((field) => text(field, draft) !== text(field, before)));
}
