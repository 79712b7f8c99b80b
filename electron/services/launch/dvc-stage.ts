import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const MAX_BYTES = 10_000_000;

const Item = z.union([z.string(), z.record(z.string(), z.unknown()).transform((one) => Object.keys(one)[0] ?? '')]);
const Stage = z.object({
  cmd: z.union([z.string(), z.array(z.string())]).transform((cmd) => (typeof cmd === 'string' ? [cmd] : cmd)),
  wdir: z.string().catch('.'),
  deps: z.array(Item).catch([]),
  outs: z.array(Item).catch([]),
});
const File = z.object({ stages: z.record(z.string(), z.unknown()) });

/** What a stage of `dvc.yaml` reads. */
export type StageInputs = {
  readonly stage: string;
  /** from the project's folder, with `/` */
  readonly deps: readonly string[];
};

/**
 * The stages of `dvc.yaml` that a command runs: those whose `cmd` it is word by word, or those that `dvc repro` or `dvc exp run` names (all
 * without a name). Empty when there is no such file, or it cannot be read; stages of `foreach` and `matrix` are not looked into.
 * @param root the project's folder
 * @param cwd where the command runs, from there
 */
export async function stagesOf(root: string, cwd: string, command: readonly string[]): Promise<StageInputs[]> {
  const path = join(root, cwd, 'dvc.yaml');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? MAX_BYTES) >= MAX_BYTES) return [];
  let file: z.infer<typeof File>;
  try {
    file = File.parse(parse(await readFile(path, 'utf8')));
  } catch {
    // it is DVC's business to complain
    return [];
  }
  const wanted = reproduced(command);
  return Object.entries(file.stages).flatMap(([stage, value]) => {
    const parsed = Stage.safeParse(value);
    if (!parsed.success) return [];
    const { cmd, wdir, deps } = parsed.data;
    const runs = wanted ? wanted.length === 0 || wanted.includes(stage) : cmd.some((line) => isSame(line, command));
    if (!runs) return [];
    return [{ stage, deps: deps.filter((dep) => dep !== '').map((dep) => posix.join(cwd, wdir, dep)) }];
  });
}

/** The stages that `dvc repro …` or `dvc exp run …` names; null for any other command. */
function reproduced(command: readonly string[]): string[] | null {
  const words = /(^|\/)python[\d.]*$/.test(command[0] ?? '') && command[1] === '-m' ? command.slice(2) : command;
  if (!/(^|\/)dvc$/.test(words[0] ?? '')) return null;
  const rest = words[1] === 'repro' ? words.slice(2) : words[1] === 'exp' && words[2] === 'run' ? words.slice(3) : null;
  return rest?.filter((word) => !word.startsWith('-')) ?? null;
}

/** Whether a line of `cmd` is the command, quotation marks and spacing aside. */
function isSame(line: string, command: readonly string[]): boolean {
  const bare = (text: string): string => text.replaceAll(/['"]/g, '').split(/\s+/).filter(Boolean).join(' ');
  return bare(line) === bare(command.join(' '));
}
