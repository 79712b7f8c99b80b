import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import pc from 'picocolors';
import type { ModelCard } from '../../shared/contract/models.ts';
import { AppError } from '../../shared/errors.ts';
import { findVersion, type Json, type ModelsCommands } from './models-session.ts';
import { printable, printableLines } from './output.ts';

type Options = Json & { write?: boolean; editSection?: string; text?: string; textFile?: string };

/** `assay models card NAME@V [--write] [--edit-section TITLE --text TEXT]` */
export function addCardCommand({ models, program, inSession }: ModelsCommands): void {
  models
    .command('card <version>')
    .description('the model card: NAME@1.2.0, NAME@ALIAS, NAME')
    .option('--write', 'write it anew from the evidence; what people wrote stays')
    .option('--edit-section <title>', 'write one section, such as "Intended use", and the card')
    .option('--text <markdown>', 'with --edit-section: its text; empty takes it away')
    .option('--text-file <path>', 'with --edit-section: a file with its text')
    .option('--json', 'print JSON')
    .action(async (text: string, options: Options) => {
      const sections = sectionsOf(options, program.opts<{ C: string }>().C);
      await inSession(options, async (session, output) => {
        const { name, version } = await findVersion(session, text);
        const { cards } = session.services.modelViews;
        const write = options.write || Object.keys(sections).length > 0;
        const card = write
          ? await cards.writeCard(session.project.id, name, version, sections)
          : await cards.card(session.project.id, name, version);
        if (write) output.say(`${pc.green('Wrote')} ${printable(card.file)}`);
        for (const sentence of card.stale) output.warn(`Stale: ${printable(sentence)}`);
        if (!card.written) output.warn('Nobody has written this card yet; this is what --write would write.');
        output.result(card, () => (write ? '' : cardText(card)));
      });
    });
}

function sectionsOf({ editSection, text, textFile }: Options, from: string): Record<string, string> {
  if (editSection === undefined) {
    if (text === undefined && textFile === undefined) return {};
    throw new AppError('BAD_REQUEST', 'Say with --edit-section which section the text is for.');
  }
  if ((text === undefined) === (textFile === undefined))
    throw new AppError('BAD_REQUEST', 'Give the text of the section with --text or with --text-file.');
  return { [editSection]: text ?? readText(resolve(from, textFile!)) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new AppError('NOT_FOUND', `There is no file ${path} that can be read. Check --text-file.`);
  }
}

/** The card's sections as they are in the file; headings stand out. */
const cardText = ({ sections }: ModelCard): string =>
  sections
    .map(({ title, markdown, generated }) =>
      [`${pc.bold(printable(title))}${generated ? '' : pc.dim(' (by people)')}`, printableLines(markdown)].join('\n'),
    )
    .join('\n\n');
