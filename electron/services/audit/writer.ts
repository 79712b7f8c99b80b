import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeFileAtomic } from '../../platform/files.ts';
import { assayFolder } from '../projects/layout.ts';
import { isWriter } from './chain.ts';

const Writer = z.object({ writer: z.string().refine(isWriter), folder: z.string() });
const Head = z.object({ seq: z.number().int().min(0), hash: z.string() });
const Kept = z.object({ heads: z.record(z.string().refine(isWriter), Head) });

/** How far a chain had come. */
export type ChainHead = z.infer<typeof Head>;

const writerFile = (root: string): string => join(assayFolder(root), 'writer');
const keptFile = (root: string): string => join(assayFolder(root), 'audit-head');

/** A copy of the folder, with its `.assay`, is another clone: it must not go on with the chain of the first. */
const folderMark = (root: string): string => String(statSync(assayFolder(root), { bigint: true }).ino);

/** The id under which this clone appends; null when it has not yet, or was copied from another. Call it under the lock. */
export function readWriter(root: string): string | null {
  const known = Writer.safeParse(readJson(writerFile(root))).data;
  return known && known.folder === folderMark(root) ? known.writer : null;
}

/** Gives this clone a new id. */
export function newWriter(root: string): string {
  const writer = randomBytes(8).toString('hex');
  writeFileAtomic(writerFile(root), `${JSON.stringify({ writer, folder: folderMark(root) })}\n`);
  return writer;
}

/** The heads of all chains when this clone last appended, kept outside of what git moves. */
export const readKept = (root: string): Readonly<Record<string, ChainHead>> =>
  Kept.safeParse(readJson(keptFile(root))).data?.heads ?? {};

export const writeKept = (root: string, heads: Readonly<Record<string, ChainHead>>): void =>
  writeFileAtomic(keptFile(root), `${JSON.stringify({ heads })}\n`);
