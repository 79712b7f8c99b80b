import { createHash } from 'node:crypto';
import { Document, isMap, isSeq, parseDocument, visit } from 'yaml';
import { type ModelDefinition, ModelDefinition as Schema } from '../../../shared/contract/models.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { canonicalJson } from '../audit/canonical.ts';
import { definitionPath } from './layout.ts';

/** Far above what the evidence of a version needs: ten thousand files are about a megabyte. */
export const MAX_DEFINITION_BYTES = 4_000_000;
const TOP = Object.keys(Schema.shape);

/** What evaluations, approvals and receipts name: SHA-256 of the definition's canonical JSON (RFC 8785). */
export const digestOf = (definition: ModelDefinition): string =>
  createHash('sha256').update(canonicalJson(definition)).digest('hex');

/**
 * The text of a definition: keys in the contract's order, one line for each file and each short list.
 * @throws AppError BAD_REQUEST when it would be too large to be read again
 */
export function definitionText(definition: ModelDefinition): string {
  const ordered = Object.fromEntries(TOP.map((key) => [key, definition[key as keyof ModelDefinition]]));
  const document = new Document(ordered, { aliasDuplicateObjects: false });
  document.commentBefore = ' A version of a model, written by Assay when it was registered and never changed after.';
  visit(document, {
    Map: (_key, node, path) => {
      const plain = node.items.every(({ value }) => !isMap(value) && (!isSeq(value) || isShort(value)));
      if (plain && isSeq(path.at(-1)) && node.items.length > 0) node.flow = true;
    },
    Seq: (_key, node) => {
      if (isShort(node)) node.flow = true;
    },
  });
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  if (Buffer.byteLength(text) > MAX_DEFINITION_BYTES)
    throw new AppError(
      'BAD_REQUEST',
      'The evidence of this version is larger than 4 MB. Register a folder with fewer files, or pack them into one.',
    );
  return text;
}

/** Numbers that stand together: the shape of a tensor. */
const isShort = (node: { items: readonly unknown[] }): boolean =>
  node.items.length <= 8 && node.items.every((item) => typeof (item as { value?: unknown })?.value === 'number');

/**
 * Reads a definition strictly: no aliases, no key that Assay does not know, nothing left out, and it names the version whose file it is.
 * @param path of the file, from the project's folder
 * @throws AppError BAD_REQUEST with the file and what is wrong
 */
export function parseDefinitionFile(text: string, name: string, version: string): ModelDefinition {
  const path = definitionPath(name, version);
  const wrong = (why: string): AppError =>
    new AppError(
      'BAD_REQUEST',
      `${path} cannot be used: ${why}. A definition is never edited; take it back from git ("git checkout -- ${path}").`,
      { path },
    );
  if (text.length > MAX_DEFINITION_BYTES) throw wrong('it is larger than 4 MB');
  let value: unknown;
  try {
    const document = parseDocument(text, { uniqueKeys: true, strict: true, logLevel: 'silent', stringKeys: true });
    if (document.errors[0]) throw document.errors[0];
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw wrong(`it is no valid YAML (${messageOf(error).split('\n')[0]!.slice(0, 300)})`);
  }
  const parsed = Schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw wrong(`${issue.path.join('.') || 'the whole'}: ${issue.message}`.slice(0, 500));
  }
  const definition = parsed.data;
  if (definition.model !== name || definition.version !== version)
    throw wrong(`it is of ${definition.model} ${definition.version}, not of ${name} ${version}`);
  let same = false;
  try {
    same = canonicalJson(value) === canonicalJson(definition);
  } catch (error) {
    throw wrong(messageOf(error));
  }
  if (!same) throw wrong('it holds something that Assay does not know, or lacks something that it writes');
  return definition;
}
