import { AuditEvent } from '../../../shared/contract/audit.ts';
import type { Finding } from '../../../shared/contract/models.ts';
import { canonicalJson } from './canonical.ts';
import { GENESIS, hashOf, linesOf } from './chain.ts';

/** A chain as it was read: what is wrong in it, and what others can be compared with. */
export type CheckedChain = {
  readonly writer: string;
  readonly file: string;
  readonly lines: readonly string[];
  readonly events: readonly AuditEvent[];
  /** hash → seq of each line that could be read */
  readonly hashes: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
};

/**
 * Checks a chain line by line. Each line is compared with the one before it as that one says of itself, so that one change is one finding.
 */
export function checkChain(writer: string, file: string, text: string): CheckedChain {
  const findings: Finding[] = [];
  const found = (line: number, message: string, severity: Finding['severity'] = 'error'): void => {
    findings.push({ severity, kind: 'audit', where: `${file}, line ${line}`, message });
  };
  const { lines, torn } = linesOf(text);
  const events: AuditEvent[] = [];
  const hashes = new Map<string, number>();
  const numbers = new Map<number, number>();
  let previous: AuditEvent | null = null;
  for (const [index, line] of lines.entries()) {
    const at = index + 1;
    const event = eventIn(line);
    if (typeof event === 'string') {
      found(at, event);
      continue;
    }
    if (event.writer !== writer)
      found(at, `This line names the writer ${event.writer}: it belongs to another chain and was put here.`);
    if (hashOf(event) !== event.hash)
      found(
        at,
        hashes.has(event.prev) || event.prev === GENESIS || index === 0
          ? `This line was changed after it was written (${event.action} ${nameOf(event)}): its content no longer gives its hash.`
          : 'This line was changed after it was written: neither its content nor what it names as the line before gives its hash.',
      );
    else if (canonicalJson(event) !== line)
      found(
        at,
        'This line is not written as Assay writes it (spaces, order or doubled names); its content gives its hash.',
      );
    const before = numbers.get(event.seq);
    const expected: number = (previous?.seq ?? 0) + 1;
    if (before !== undefined) found(at, `Number ${event.seq} was there in line ${before} already: a line was doubled.`);
    else if (event.seq < expected)
      found(at, `Number ${event.seq} comes after number ${previous?.seq}: lines were reordered.`);
    else if (event.seq > expected)
      found(
        at,
        event.seq === expected + 1
          ? `Number ${expected} is missing before this line: a line was removed or moved.`
          : `Numbers ${expected} to ${event.seq - 1} are missing before this line: lines were removed or moved.`,
      );
    else if (event.prev !== (previous?.hash ?? GENESIS))
      found(at, 'This line does not follow the line before it: one of the two, or its hash, was replaced.');
    if (before === undefined) numbers.set(event.seq, at);
    hashes.set(event.hash, event.seq);
    events.push(event);
    previous = event;
  }
  if (torn !== '')
    found(
      lines.length + 1,
      'The last line was cut off while it was written (a kill, a full disk). It was never acknowledged; the next event replaces it.',
      'warning',
    );
  return { writer, file, lines, events, hashes, findings };
}

function eventIn(line: string): AuditEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'This line is no JSON: it was damaged, or Assay did not write it.';
  }
  const event = AuditEvent.strict().safeParse(value);
  if (event.success) return event.data;
  const issue = event.error.issues[0]!;
  return `This line is no event of an audit log (${issue.path.join('.') || 'it'}: ${issue.message}): it was changed, a newer Assay wrote it, or Assay did not.`;
}

export const nameOf = ({ model, version }: AuditEvent): string =>
  model === null ? '' : version === null ? model : `${model}@${version}`;
