import { AppError } from '../../../../shared/errors.ts';
import { closed, isMarker, type Section, splitSections } from './card-file.ts';
import { GENERATED_TITLES } from './generated.ts';

/** The sections that people write, and what each asks for until somebody does. */
export const HUMAN: Readonly<Record<string, string>> = {
  'Intended use': '_Not written yet: what is it for, who may use it, and for what must it not be used?_',
  Limitations: '_Not written yet: where does it fail, and how would somebody notice?_',
  'Training data notes': '_Not written yet: what is in the data, where does it come from, what is missing?_',
  'Ethical considerations': '_Not written yet: whom can its mistakes harm, and what was done about it?_',
};

/** True when somebody wrote something. */
export const isFilled = ({ title, markdown }: Section): boolean =>
  markdown.trim() !== '' && markdown.trim() !== HUMAN[title];

/** What people wrote, with an empty place for each section that they have not begun. */
export function humanSections(text: string): Section[] {
  const there = splitSections(text);
  const missing = Object.entries(HUMAN).filter(([title]) => !there.some((one) => one.title === title));
  return [...there, ...missing.map(([title, markdown]) => ({ title, markdown }))];
}

/**
 * Replaces or adds sections by title; an empty text takes a free section away and empties one of ours.
 * @throws AppError BAD_REQUEST for a title that Assay writes itself, or text that holds its markers
 */
export function withSections(sections: readonly Section[], changes: Readonly<Record<string, string>>): Section[] {
  const result = [...sections];
  for (const [given, markdown] of Object.entries(changes)) {
    const title = given.trim();
    if (title === '' || /[\r\n]/.test(title))
      throw new AppError('BAD_REQUEST', 'The title of a section is one line of text.');
    if (GENERATED_TITLES.includes(title))
      throw new AppError('BAD_REQUEST', `"${title}" is written by Assay from the evidence. Choose another title.`);
    if (markdown.split('\n').some(isMarker))
      throw new AppError(
        'BAD_REQUEST',
        `The text of "${title}" holds one of the lines by which Assay finds its own part. Take it out.`,
      );
    const text = closed(markdown.replaceAll('\r\n', '\n').trim());
    const at = result.findIndex((one) => one.title === title);
    const empty = text === '' ? HUMAN[title] : text;
    if (empty === undefined) {
      if (at >= 0) result.splice(at, 1);
    } else if (at >= 0) result[at] = { title, markdown: empty };
    else result.push({ title, markdown: empty });
  }
  return result;
}
