import { AppError, messageOf } from '../../../shared/errors.ts';
import { type Database, text } from './database.ts';

/** The view that conditions are about: its columns have the names that a person sees. */
export const NAMED = 'named_cells';

/** A condition as it stands behind WHERE. It has been checked in exactly this writing. */
export const whereOf = (condition: string): string => `((${condition}\n))`;

/** Functions that read settings, change state or only burn time; none of them says anything about a row. */
const REFUSED =
  /^(nextval|currval|setseed|random|getenv|getvariable|current_setting|write_log|error|sleep_ms|parse_duckdb_log_message|txid_current|in_search_path|current_(database|schemas?|query|user)|pg_.*|has_.*_privilege|json_(de)?serialize_\w+|json_execute_\w+)$/i;

const NO_PART: Readonly<Record<string, string>> = {
  SUBQUERY: 'it has a query of its own in it (SELECT)',
  PARAMETER: 'it has a placeholder (? or $) in it',
  WINDOW: 'it has a window function (OVER) in it, which looks at other rows',
  STAR: 'it has a * in it',
  POSITIONAL_REFERENCE: 'it names a column by its place (#)',
};

type Node = { readonly [key: string]: unknown };

/**
 * Checks that a condition is one expression over the columns of `NAMED`: no statement, no query, nothing that reaches for another table.
 * @throws AppError BAD_REQUEST with one sentence that says what is wrong
 */
export async function checkCondition(db: Database, condition: string): Promise<void> {
  const sql = `SELECT 1 FROM ${NAMED} WHERE ${whereOf(condition)}`;
  const offset = sql.indexOf(condition);
  const [[answer] = []] = await db.rows(`SELECT json_serialize_sql(${text(sql)})`);
  const parsed = JSON.parse(String(answer)) as Node;
  if (parsed.error) {
    const at = Number(parsed.position) - offset;
    const near = Number.isFinite(at) && at >= 0 && at < condition.length ? condition.slice(at, at + 20).trim() : '';
    throw refused(
      near === '' ? 'it ends too early' : `something is wrong at "${near}${at + 20 < condition.length ? '…' : ''}"`,
    );
  }
  const [statement, ...others] = parsed.statements as Node[];
  const node = (statement?.node ?? {}) as Node;
  const empty = (part: unknown): boolean => !part || (Array.isArray(part) && part.length === 0);
  const extras = [node.modifiers, node.group_expressions, node.having, node.qualify, node.sample];
  if (others.length > 0 || node.type !== 'SELECT_NODE' || !extras.every(empty))
    throw refused("it must be one expression, such as age > 30 AND city ILIKE 'B%'");
  for (const part of partsOf(node.where_clause)) {
    const why = NO_PART[String(part.class)];
    if (why) throw refused(why);
    if (part.class === 'FUNCTION' && REFUSED.test(String(part.function_name)))
      throw refused(`the function ${part.function_name} is not for conditions`);
  }
  try {
    await db.shape(sql);
  } catch (error) {
    throw conditionError(error, condition);
  }
}

function* partsOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const one of value) yield* partsOf(one);
  else if (value && typeof value === 'object') {
    yield value as Node;
    for (const one of Object.values(value)) yield* partsOf(one);
  }
}

/** What the database says of a condition, as one sentence. Errors that are no fault of the condition come back as they are. */
export function conditionError(error: unknown, condition: string): unknown {
  if (error instanceof AppError) return error;
  const message = messageOf(error);
  const missing = /Referenced column "(.+?)" (?:was )?not found/i.exec(message)?.[1];
  if (missing !== undefined) {
    const others = /Candidate bindings: (.+)/.exec(message)?.[1];
    const near = /"((?:[^"]|"")+)"/.exec(others ?? '')?.[1];
    return refused(
      `there is no column ${missing}${near === undefined ? '' : `; did you mean ${near}?`}`,
      condition.includes(`"${missing}"`) ? ' A text stands in single quotes.' : '',
    );
  }
  const unknown = /Scalar Function with name (\S+) does not exist/i.exec(message)?.[1];
  if (unknown?.includes('__postfix')) return refused(`something is wrong at "${unknown.replace('__postfix', '')}"`);
  if (unknown) return refused(`there is no function ${unknown.replaceAll('"', '')}`);
  const convert = /Could not convert string '(.*?)' to (\S+)/is.exec(message);
  if (convert) return refused(`the text '${convert[1]!.slice(0, 40)}' is no ${typeWord(convert[2]!)}`);
  if (/Cannot compare values of type (\S+) and (?:type )?(\S+)/i.test(message)) {
    const [, a, b] = /Cannot compare values of type (\S+) and (?:type )?(\S+)/i.exec(message)!;
    return refused(`it compares ${article(typeWord(a!))} with ${article(typeWord(b!))}`);
  }
  if (/aggregate/i.test(message))
    return refused('it counts over many rows (an aggregate), where one row is asked about');
  const kind = /^(Parser|Binder|Catalog|Conversion|Invalid Input|Out of Range|Permission) Error: ([^\n]+)/i.exec(
    message,
  );
  if (kind) return refused(kind[2]!.trim().replace(/[.!]$/, ''));
  return error;
}

const WORDS: Readonly<Record<string, string>> = {
  VARCHAR: 'text',
  BOOLEAN: 'truth value',
  DATE: 'date',
  TIMESTAMP: 'time',
  INTERVAL: 'time span',
};
const typeWord = (type: string): string =>
  WORDS[type.replace(/[^A-Z].*$/i, '').toUpperCase()] ?? (/INT|DOUBLE|FLOAT|DECIMAL/i.test(type) ? 'number' : type);
const article = (word: string): string => `a ${word}`;

function refused(why: string, hint = ''): AppError {
  return new AppError('BAD_REQUEST', `This condition cannot be used: ${why}${/[?.]$/.test(why) ? '' : '.'}${hint}`, {
    field: 'condition',
  });
}
