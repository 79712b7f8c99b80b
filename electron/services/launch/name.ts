import { basename, extname, resolve } from 'node:path';

/** Is this word "the Python of the project", to be replaced by the chosen interpreter? */
export const isPythonWord = (word: string | undefined): boolean => word === 'python' || word === 'python3';

/** The full path of a Python that a command names by its path, such as `.venv/bin/python`; null for any other first word. */
export function pythonPath(word: string | undefined, cwd: string): string | null {
  if (!word || !/[/\\]/.test(word) || !/^python[\d.]*(\.exe)?$/i.test(basename(word.replaceAll('\\', '/'))))
    return null;
  return resolve(cwd, word);
}

/** A name for a run nobody named: what it runs, and the end of its id, e.g. `train-4f2a`. */
export function defaultName(command: readonly string[], run: string): string {
  const [program = 'run', ...args] = command;
  const isPython = /^python[\d.]*(\.exe)?$/.test(basename(program));
  const module = args.indexOf('-m') >= 0 ? args[args.indexOf('-m') + 1] : undefined;
  const script = args.find((arg) => !arg.startsWith('-') && /\.\w{1,4}$/.test(arg));
  const what = isPython ? (module?.split('.').at(-1) ?? script ?? program) : (script ?? program);
  const base = basename(what, extname(what)).slice(0, 60) || 'run';
  return `${base}-${run.slice(-4)}`;
}
