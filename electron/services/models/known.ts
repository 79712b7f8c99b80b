import { z } from 'zod';
import { ModelFile, ModelFormat } from '../../../shared/contract/models.ts';
import { messageOf } from '../../../shared/errors.ts';
import { digestOf, parseDefinitionFile } from './definition-file.ts';

/** What lists need of a definition. It may be kept and is made anew from the file whenever that looks different. */
export const Known = z.object({
  path: z.string(),
  /** how the file looked */
  stamp: z.string(),
  model: z.string(),
  version: z.string(),
  /** why it cannot be used; then nothing else is known */
  problem: z.string().nullable(),
  digest: z.string(),
  createdAt: z.number(),
  author: z.string(),
  description: z.string(),
  format: ModelFormat,
  size: z.number(),
  run: z.object({ id: z.string(), name: z.string() }).nullable(),
  commit: z.string().nullable(),
  metrics: z.record(z.string(), z.union([z.number(), z.string()])),
  /** its own files, at most 1,000: enough to say whether they are on this machine */
  files: z.array(ModelFile.pick({ sha256: true, size: true })),
});
export type Known = z.infer<typeof Known>;

const MOST_FILES = 1000;

/** @param path `models/<name>/<version>.yaml` */
export function knownOf(path: string, stamp: string, text: () => string): Known {
  const [, model = '', version = ''] = /^models\/([^/]+)\/(.+)\.yaml$/.exec(path) ?? [];
  try {
    const definition = parseDefinitionFile(text(), model, version);
    return {
      path,
      stamp,
      model,
      version,
      problem: null,
      digest: digestOf(definition),
      createdAt: Date.parse(definition.created) || 0,
      author: definition.author.name,
      description: definition.description.slice(0, 2000),
      format: definition.kind.format,
      size: definition.files.reduce((sum, file) => sum + file.size, 0),
      run: definition.run && { id: definition.run.id, name: definition.run.name },
      commit: definition.code?.commit ?? null,
      metrics: definition.metrics,
      files: definition.files.slice(0, MOST_FILES).map(({ sha256, size }) => ({ sha256, size })),
    };
  } catch (error) {
    return { ...nothing, path, stamp, model, version, problem: messageOf(error) };
  }
}

const nothing = {
  digest: '',
  createdAt: 0,
  author: '',
  description: '',
  format: 'unknown',
  size: 0,
  run: null,
  commit: null,
  metrics: {},
  files: [],
} as const satisfies Partial<Known> as unknown as Omit<Known, 'path' | 'stamp' | 'model' | 'version' | 'problem'>;
