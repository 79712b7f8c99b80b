import { type Ended, runGroup } from '../../platform/process.ts';
import { type Checking, Inconclusive } from './evaluator.ts';

const KEPT = 4000;

/** The environment of a gate's command: this process's own without secrets, and where the model is. */
export async function startOf(
  command: readonly string[],
  checking: Checking,
): Promise<{ command: string; args: string[]; env: NodeJS.ProcessEnv }> {
  const { project, own } = checking;
  if (!project.trusted)
    throw new Inconclusive(
      'This project is not trusted yet, so no command of it is started. Look at its files; if you know where it comes from, trust it.',
    );
  const files = await checking.exported();
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^ASSAY_SECRET_/.test(key)));
  const [program, ...args] = command as [string, ...string[]];
  const python = /^python3?$/.test(program) ? await checking.python() : null;
  return {
    command: python ?? program,
    args,
    env: {
      ...env,
      ASSAY_MODEL: files.folder,
      ASSAY_MODEL_NAME: own.definition.model,
      ASSAY_MODEL_VERSION: own.definition.version,
      ...(files.example === null ? {} : { ASSAY_EXAMPLE: files.example }),
    },
  };
}

/** Runs a command to its end in the project's folder. @throws Inconclusive when it cannot be started or takes too long */
export async function runCommand(
  start: Awaited<ReturnType<typeof startOf>>,
  checking: Checking,
  timeoutSeconds: number,
): Promise<Ended> {
  const { command, args, env } = start;
  const ended = await runGroup(command, args, {
    cwd: checking.project.root,
    env,
    timeoutMs: timeoutSeconds * 1000,
    keepBytes: 1_000_000,
    signal: checking.signal,
  });
  if (ended.timedOut)
    throw new Inconclusive(`"${command}" did not end within ${timeoutSeconds} s and was stopped.${tail(ended)}`);
  return ended;
}

/** The last lines that it wrote, as a sentence's end. */
export function tail({ stdout, stderr }: Ended): string {
  const text = lastOf(stderr === '' ? stdout : stderr);
  return text === '' ? '' : ` It wrote: ${text.slice(-300)}`;
}

/** Bytes that are no UTF-8 are shown as U+FFFD; control characters, which would act on a terminal, too. */
export function lastOf(text: string): string {
  return text.slice(-KEPT).replaceAll(CONTROL, '\ufffd').trim();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
