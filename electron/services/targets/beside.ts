import { z } from 'zod';
import { ModelFile } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import type { OutgoingVersion } from './driver.ts';

/** What a folder or bucket says about a version of its: `manifest.json` beside the files, written last. */
export const Manifest = z.object({
  assay: z.literal('pushed/1'),
  model: z.string(),
  version: z.string(),
  /** SHA-256 of the definition's canonical JSON */
  definition: z.string(),
  files: z.array(ModelFile).max(10_000),
  evidence: z.array(ModelFile).max(10_000),
  approval: z.string().nullable(),
  auditHead: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;

const plain = ({ path, size, sha256 }: ModelFile): ModelFile => ({ path, size, sha256 });

export function manifestOf(version: OutgoingVersion): Manifest {
  const { definition, digest, files, evidence, approval, auditHead } = version;
  return {
    assay: 'pushed/1',
    model: definition.model,
    version: definition.version,
    definition: digest,
    files: files.map(plain),
    evidence: evidence.map(plain),
    approval,
    auditHead,
  };
}

/** Texts that lie beside the files, by name. */
export function textsOf({ definitionText, card, signature }: OutgoingVersion): Record<string, string> {
  return {
    'definition.yaml': definitionText,
    'card.md': card,
    ...(signature === null ? {} : { 'model.sig': signature }),
  };
}

export const otherVersion = (where: string, { definition }: OutgoingVersion): AppError =>
  new AppError(
    'CONFLICT',
    `${where} has another ${definition.model}@${definition.version} already, with other files or evidence. A version never changes: register yours under another number.`,
  );

/** The bytes of these files, all together. */
export const sum = (files: readonly { readonly size: number }[]): number =>
  files.reduce((all, { size }) => all + size, 0);

/** What is pushed, file by file, for a plan. */
export function planItems(
  version: OutgoingVersion,
  there: (kind: 'files' | 'evidence' | 'beside', path: string) => boolean,
) {
  return [
    ...version.files.map(({ path, size, sha256 }) => ({
      path,
      what: 'model',
      bytes: size,
      digest: sha256,
      there: there('files', path),
    })),
    ...version.evidence.map(({ path, size, sha256 }) => ({
      path,
      what: 'evidence',
      bytes: size,
      digest: sha256,
      there: there('evidence', path),
    })),
    ...Object.entries(textsOf(version)).map(([path, text]) => ({
      path,
      what: { 'definition.yaml': 'definition', 'card.md': 'card', 'model.sig': 'signature' }[path]!,
      bytes: Buffer.byteLength(text),
      digest: null,
      there: there('beside', path),
    })),
  ];
}
