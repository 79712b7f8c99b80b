import type { Command } from 'commander';
import { addChangeCommands } from './data-change.ts';
import { addDiffCommand } from './data-diff.ts';
import { addGcCommand } from './data-gc.ts';
import { addMoveCommands } from './data-move.ts';
import { addRecordCommands } from './data-record.ts';
import { dataCommands } from './data-session.ts';

/** `assay data …`: versions of data in DVC's own format. */
export function dataCommand(program: Command, done: (code: number) => void): void {
  const commands = dataCommands(program, done);
  addRecordCommands(commands);
  addChangeCommands(commands);
  addMoveCommands(commands);
  addGcCommand(commands);
  addDiffCommand(commands);
}
