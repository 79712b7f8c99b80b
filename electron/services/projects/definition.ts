import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { DeclaredGates } from '../gates/declared.ts';
import { DeclaredModels } from '../models/declared.ts';
import { DeclaredChannels } from '../notifications/declared.ts';
import { DeclaredTargets } from '../targets/declared.ts';
import { definitionFile } from './layout.ts';

/** What `assay.yaml` may say. Strict: a misspelt key is an error with its line, never silently ignored. */
export const Definition = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(10_000).optional(),
  run: z
    .strictObject({
      /** The command that the start page proposes. */
      command: z.array(z.string()).min(1).optional(),
      experiment: z.string().min(1).max(300).optional(),
    })
    .optional(),
  data: z
    .strictObject({
      /** What the path of every dataset must look like as a whole, as a regular expression. */
      names: z.string().min(1).max(500).refine(isPattern, 'this is no regular expression').optional(),
      /** What every dataset must say about itself: `desc`, `type`, `labels`, or keys of its `meta` such as `licence`. */
      require: z.array(z.string().min(1).max(200)).max(50).optional(),
    })
    .optional(),
  models: DeclaredModels.optional(),
  gates: DeclaredGates.optional(),
  targets: DeclaredTargets.optional(),
  notify: DeclaredChannels.optional(),
});
export type Definition = z.infer<typeof Definition>;

/**
 * Parses the text of an `assay.yaml`.
 * @throws AppError BAD_REQUEST naming the line of the first mistake
 */
export function parseDefinition(text: string): Definition {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true });
  const broken = document.errors[0];
  if (broken) throw wrong(lines.linePos(broken.pos[0]).line, broken.message);
  // 100 aliases are far beyond honest use and stop "billion laughs" documents
  const parsed = Definition.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const keys = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  const at = placeOf(document, keys);
  const line = at === null ? 1 : lines.linePos(at).line;
  const what =
    issue.code === 'unrecognized_keys'
      ? `"${keys.join('.')}" is not a key that Assay knows`
      : `"${keys.join('.')}": ${issue.message}`;
  throw wrong(line, what);
}

/** Where in the text a path is, or the closest above it that is there: a key that is missing is missed in its mapping. */
function placeOf(document: Document, keys: readonly PropertyKey[]): number | null {
  for (let length = keys.length; length > 0; length--) {
    const node = document.getIn(keys.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return node.range[0];
  }
  return null;
}

/** The project's definition; null without an `assay.yaml`. */
export function readDefinition(root: string): Definition | null {
  let text: string;
  try {
    text = readFileSync(definitionFile(root), 'utf8');
  } catch {
    return null;
  }
  return parseDefinition(text);
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

function wrong(line: number, what: string): AppError {
  return new AppError('BAD_REQUEST', `assay.yaml, line ${line}: ${what}. Correct the file; it is read again at once.`, {
    line,
  });
}
