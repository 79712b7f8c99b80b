import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ModelCard } from '../../../../shared/contract/models.ts';
import { AppError } from '../../../../shared/errors.ts';
import { writeFileAtomic } from '../../../platform/files.ts';
import { isInside, resolveInside } from '../../../platform/paths.ts';
import { oneAtATime } from '../changes.ts';
import { cardPath } from '../layout.ts';
import { APPROVED } from '../names.ts';
import type { ModelRegistry } from '../ports.ts';
import { type CardFile, joinSections, parseCard, renderCard, splitSections } from './card-file.ts';
import { plain } from './escape.ts';
import { changes, type Evidence, remember } from './evidence.ts';
import { frontMatter } from './front-matter.ts';
import { generatedSections } from './generated.ts';
import { humanSections, isFilled, withSections } from './human.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const MAX_CARD = 4 * 1024 * 1024;

export type Cards = ReturnType<typeof createCards>;

export type CardDeps = {
  readonly registry: Pick<ModelRegistry, 'read' | 'pointers' | 'commit'>;
  /** the project's folder */
  readonly rootOf: (project: string) => string;
  readonly evaluation: (project: string, name: string, version: string) => Promise<Evidence['evaluation']>;
  readonly approval: (project: string, name: string, version: string) => Promise<Evidence['approval']>;
  /** Writes the audit event of a card that was written (`again`: unless there is one already); the files that changed for it. */
  readonly recorded: (
    project: string,
    name: string,
    version: string,
    card: { readonly sha256: string; readonly again: boolean },
  ) => Promise<readonly string[]>;
};

/** Model cards: generated from the evidence of a version, with what people wrote kept as it is. */
export function createCards(deps: CardDeps) {
  const { registry, rootOf } = deps;

  async function evidenceOf(project: string, name: string, version: string): Promise<Evidence> {
    const [recorded, evaluation, approval, pointers] = await Promise.all([
      registry.read(project, name, version),
      deps.evaluation(project, name, version),
      deps.approval(project, name, version),
      registry.pointers(project, name),
    ]);
    // without the approval's own mark, which the approval says already
    const own = Object.entries(pointers).flatMap(([pointer, to]) =>
      to === version && pointer !== APPROVED ? [pointer] : [],
    );
    return { version: recorded, evaluation, approval, pointers: own.sort() };
  }

  /** The card's text as it would be written now. @throws AppError CONFLICT when the front matter that is there cannot be read */
  function render(evidence: Evidence, there: CardFile | null, human: string, file: string): string {
    const { definition } = evidence.version;
    const body = `# ${plain(`${definition.model} ${definition.version}`)}\n\n${joinSections(generatedSections(evidence))}`;
    return renderCard(
      frontMatter(evidence, there?.frontMatter ?? null, file),
      remember(evidence),
      body,
      there?.before ?? '',
      human,
    );
  }

  function view(evidence: Evidence, text: string | null, file: string): ModelCard {
    const there = text === null ? null : parseCard(text);
    const markdown = text ?? render(evidence, null, joinSections(humanSections('')), file);
    const parsed = there ?? parseCard(markdown);
    const generated = splitSections(parsed.generated?.body ?? '').filter(({ title }) => title !== '');
    const human = humanSections(parsed.after);
    return {
      markdown,
      sections: [
        ...generated.map((one) => ({ ...one, generated: true })),
        ...human.map((one) => ({ ...one, generated: false })),
      ],
      stale: there === null ? [] : staleSince(there, evidence),
      written: text !== null,
      file,
    };
  }

  return {
    /** The card as it is written, or as it would be. */
    async card(project: string, name: string, version: string): Promise<ModelCard> {
      const evidence = await evidenceOf(project, name, version);
      return view(evidence, readCard(rootOf(project), name, version), cardPath(name, version));
    },

    /**
     * Writes the card: the generated part anew, what people wrote with these sections replaced. Commits it.
     * @throws AppError BAD_REQUEST, CONFLICT when the metadata at its top cannot be read
     */
    async writeCard(
      project: string,
      name: string,
      version: string,
      sections: Readonly<Record<string, string>>,
    ): Promise<ModelCard> {
      const root = rootOf(project);
      return oneAtATime(root, async () => {
        const evidence = await evidenceOf(project, name, version);
        const file = cardPath(name, version);
        const before = readCard(root, name, version);
        const there = before === null ? null : parseCard(before);
        const kept = there?.after ?? '';
        const human =
          Object.keys(sections).length === 0 && there
            ? keepWithMissing(kept)
            : joinSections(withSections(humanSections(kept), sections));
        const text = render(evidence, there, human, file);
        if (text !== before) writeInside(root, file, text);
        // also for a card that is as it should be: whoever was killed after writing it left the rest to do
        const files = await deps.recorded(project, name, version, { sha256: sha256(text), again: text === before });
        await registry.commit(project, [file, ...files], `Card of ${name} ${version}`);
        return view(evidence, text, file);
      });
    },

    /**
     * Why the card is stale, for the gate that asks for a fresh one: an evaluation since is no reason, for that gate's own check is one.
     * Null without a card.
     */
    async staleForGates(project: string, name: string, version: string): Promise<readonly string[] | null> {
      const text = readCard(rootOf(project), name, version);
      return text === null ? null : staleness(parseCard(text), await evidenceOf(project, name, version)).others;
    },

    /** Which of the sections that people write are written: for gates that require them. */
    async filled(project: string, name: string, version: string): Promise<Record<string, boolean>> {
      // the name is checked by reading what it names
      await registry.read(project, name, version);
      return cardSections(rootOf(project), name, version);
    },
  };
}

/**
 * The sections of a version's card that people write, by title, and whether something is written there. All are empty without a card.
 * @param root the project's folder
 */
export function cardSections(root: string, name: string, version: string): Record<string, boolean> {
  const text = readCard(root, name, version);
  const human = humanSections(text === null ? '' : parseCard(text).after);
  return Object.fromEntries(human.filter(({ title }) => title !== '').map((one) => [one.title, isFilled(one)]));
}

/** A link in a repository may lead anywhere: the folder must be one of this project's. */
function writeInside(root: string, file: string, text: string): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  resolveInside(root, dirname(file));
  writeFileAtomic(path, text);
}

/** Text of people that nobody asked to change stays to the letter; only what is missing is added. */
function keepWithMissing(text: string): string {
  const there = splitSections(text);
  const missing = humanSections(text).filter(({ title }) => title !== '' && !there.some((one) => one.title === title));
  return missing.length === 0 ? text : `${text.trimEnd()}\n\n${joinSections(missing)}`;
}

type Staleness = { readonly evaluation: readonly string[]; readonly others: readonly string[] };

const staleSince = (there: CardFile, evidence: Evidence): string[] => {
  const { evaluation, others } = staleness(there, evidence);
  return [...evaluation, ...others];
};

function staleness({ generated }: CardFile, evidence: Evidence): Staleness {
  if (generated === null)
    return {
      evaluation: [],
      others: ['The part that Assay writes is missing. Write the card again to bring it back.'],
    };
  const edited = generated.edited
    ? ['Somebody edited the part that Assay writes; it is made anew when the card is written.']
    : [];
  if (generated.remembered === null)
    return { evaluation: [], others: [...edited, 'It does not say of which evidence it was made.'] };
  const { evaluation, others } = changes(generated.remembered, remember(evidence));
  return { evaluation, others: [...others, ...edited] };
}

/** @throws AppError BAD_REQUEST when the card is no card */
function readCard(root: string, name: string, version: string): string | null {
  const file = cardPath(name, version);
  const path = join(root, file);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return null;
  const real = resolveInside(root, file);
  if (!stat.isFile() || stat.size > MAX_CARD || !isInside(resolveInside(root, 'models'), real))
    throw new AppError('BAD_REQUEST', `${file} is no card: it must be a file of at most 4 MB in this project.`);
  return readFileSync(real, 'utf8');
}
