import type { AuditEvent } from '../../../shared/contract/audit.ts';
import { canonicalJson, digestOf, sha256 } from './canonical.ts';

/** What comes before the first line. */
export const GENESIS = '0'.repeat(64);
export const MAX_CHAIN_BYTES = 256_000_000;
const WRITER = /^[0-9a-f]{16}$/;

export const isWriter = (text: string): boolean => WRITER.test(text);
export const chainName = (writer: string): string => `${writer}.ndjson`;
/** Keeps git from changing line endings, beside the chains. */
export const ATTRIBUTES = '.gitattributes';
/** What a commit of a writer's events must hold, from the project's folder. */
export const filesOf = (writer: string): string[] => [
  `models/audit/${chainName(writer)}`,
  `models/audit/${ATTRIBUTES}`,
];
/** The writer whose chain a file is by its name; null for any other file. */
export const writerOf = (file: string): string | null => {
  const writer = file.endsWith('.ndjson') ? file.slice(0, -'.ndjson'.length) : '';
  return isWriter(writer) ? writer : null;
};

/** `hash` = SHA-256( prev ‖ JCS(event without hash) ); prev as its 64 hex digits. */
export function hashOf({ hash: _, ...event }: AuditEvent | (Omit<AuditEvent, 'hash'> & { hash?: never })): string {
  return sha256(event.prev + canonicalJson(event));
}

/** An event with its hash, as the line that the chain gets. */
export function sealed(event: Omit<AuditEvent, 'hash'>): { event: AuditEvent; line: string } {
  const whole = { ...event, hash: hashOf(event) };
  return { event: whole, line: `${canonicalJson(whole)}\n` };
}

/** The head of the whole log: a digest over the last hash of every writer's chain. */
export const headOf = (heads: Readonly<Record<string, string>>): string =>
  Object.keys(heads).length === 0 ? GENESIS : digestOf(heads);

/** The lines of a chain, without the line endings that git may have put there, and what stands behind the last line ending. */
export function linesOf(text: string): { lines: string[]; torn: string } {
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  return { lines: lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)), torn };
}
