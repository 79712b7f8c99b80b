import type { Command } from 'commander';
import { addBytesCommands } from './models-bytes.ts';
import { addCardCommand } from './models-card.ts';
import { addChangeCommands } from './models-change.ts';
import { addCheckCommand } from './models-check.ts';
import { addDiffCommand } from './models-diff.ts';
import { addLineageCommand } from './models-lineage.ts';
import { addListCommands } from './models-list.ts';
import { addPushCommands } from './models-push.ts';
import { addRegisterCommand } from './models-register.ts';
import { addReviewCommands } from './models-review.ts';
import { modelsCommands } from './models-session.ts';

/** `assay models …`: the registry of models. */
export function modelsCommand(program: Command, done: (code: number) => void): void {
  const commands = modelsCommands(program, done);
  addListCommands(commands);
  addRegisterCommand(commands);
  addCheckCommand(commands);
  addPushCommands(commands);
  addReviewCommands(commands);
  addChangeCommands(commands);
  addBytesCommands(commands);
  addCardCommand(commands);
  addDiffCommand(commands);
  addLineageCommand(commands);
}
