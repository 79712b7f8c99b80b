import { createInterface } from 'node:readline';
import { AppError } from '../../shared/errors.ts';

/**
 * One line of standard input for each prompt (shown on a terminal only): a secret among the arguments would stand in the shell's history and in
 * the list of processes.
 * @throws AppError BAD_REQUEST for a line that is empty or missing
 */
export async function secretLines(...prompts: string[]): Promise<string[]> {
  const lines = createInterface({ input: process.stdin, terminal: false })[Symbol.asyncIterator]();
  const given: string[] = [];
  try {
    for (const prompt of prompts) {
      if (process.stdin.isTTY) process.stderr.write(`${prompt}: `);
      const line = await lines.next();
      const text = line.done ? '' : String(line.value).trim();
      if (text === '')
        throw new AppError('BAD_REQUEST', `${prompt}: nothing came on standard input. Pipe it in, or type it.`);
      given.push(text);
    }
    return given;
  } finally {
    await lines.return?.();
    process.stdin.pause();
  }
}
