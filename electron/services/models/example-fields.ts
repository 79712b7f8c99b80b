import type { SignatureField } from '../../../shared/contract/models.ts';

const MAX_ROWS = 1000;
const MAX_COLUMNS = 5000;

/**
 * Columns, or the shape of a tensor, of an example: CSV, or JSON in one of MLflow's forms (`dataframe_split`, `dataframe_records`, `inputs`,
 * `instances`), a list of records, a list of lists, or columns with lists. Null for what is none of these.
 */
export function exampleFields(name: string, text: string): SignatureField[] | null {
  if (/\.(csv|tsv)$/i.test(name)) return ofTable(csvRows(text, /\.tsv$/i.test(name) ? '\t' : ','));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return ofJson(value);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function ofJson(value: unknown): SignatureField[] | null {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isRecord)) return ofRecords(value);
    const shape = shapeOf(value);
    return shape && [{ name: null, type: shape.type, required: true, shape: [-1, ...shape.sizes.slice(1)] }];
  }
  if (!isRecord(value)) return null;
  for (const key of ['dataframe_split', 'dataframe_records', 'inputs', 'instances', 'predictions'])
    if (key in value) return ofJson(value[key]);
  const { columns, data } = value;
  if (Array.isArray(columns) && Array.isArray(data) && data.every(Array.isArray))
    return ofTable([columns.map(String), ...(data as unknown[][])]);
  const entries = Object.entries(value).slice(0, MAX_COLUMNS);
  if (entries.length === 0) return null;
  return entries.map(([name, cells]) =>
    column(name, Array.isArray(cells) ? cells : isRecord(cells) ? Object.values(cells) : [cells]),
  );
}

function ofRecords(records: readonly Record<string, unknown>[]): SignatureField[] {
  const names = [...new Set(records.slice(0, MAX_ROWS).flatMap((one) => Object.keys(one)))].slice(0, MAX_COLUMNS);
  return names.map((name) =>
    column(
      name,
      records.map((one) => one[name]),
    ),
  );
}

/** @param rows the names first; cells are texts (of CSV) or JSON values */
function ofTable(rows: readonly (readonly unknown[])[]): SignatureField[] | null {
  const [names, ...cells] = rows;
  if (!names || names.length === 0 || names.length > MAX_COLUMNS) return null;
  return names.map((name, i) =>
    column(
      String(name),
      cells.map((row) => row[i]),
    ),
  );
}

/** MLflow's type of a column (mlflow/types/schema.py `DataType`); one with empty cells is not required. */
function column(name: string, all: readonly unknown[]): SignatureField {
  const cells = all.slice(0, MAX_ROWS);
  const given = cells.filter((cell) => cell !== null && cell !== undefined && cell !== '');
  const types = new Set(given.map(typeOf));
  const [only] = types;
  const numeric = [...types].every((type) => type === 'long' || type === 'double');
  const missing = given.length < cells.length;
  // whole numbers with gaps become floating point in pandas
  const type = types.size === 0 ? 'string' : types.size === 1 ? only! : numeric ? 'double' : 'string';
  return { name, type: missing && type === 'long' ? 'double' : type, required: !missing, shape: null };
}

function typeOf(cell: unknown): string {
  if (typeof cell === 'boolean') return 'boolean';
  if (typeof cell === 'number') return Number.isInteger(cell) ? 'long' : 'double';
  if (typeof cell !== 'string') return 'string';
  if (/^[+-]?\d{1,18}$/.test(cell) && !/^[+-]?0\d/.test(cell)) return 'long';
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) || /^(nan|[+-]?inf(inity)?)$/i.test(cell)) return 'double';
  if (/^(true|false)$/i.test(cell)) return 'boolean';
  if (/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(cell)) return 'datetime';
  return 'string';
}

/** Sizes of nested lists of numbers; null when they are ragged or hold something else. */
function shapeOf(value: readonly unknown[]): { sizes: number[]; type: string } | null {
  const sizes: number[] = [];
  let level: unknown[] = [value];
  while (level.length > 0 && level.every(Array.isArray) && sizes.length < 32) {
    const lists = level as unknown[][];
    const length = lists[0]!.length;
    if (lists.some((one) => one.length !== length)) return null;
    sizes.push(length);
    level = lists.flat();
  }
  if (level.length === 0 || sizes.length === 0) return null;
  if (level.every((one) => typeof one === 'number'))
    return { sizes, type: level.every(Number.isInteger) ? 'int64' : 'float64' };
  return level.every((one) => typeof one === 'string') ? { sizes, type: 'object' } : null;
}

/** Rows of CSV text (RFC 4180), 1,001 at most. */
function csvRows(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endRow = (): void => {
    row.push(cell);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    cell = '';
  };
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length && rows.length <= MAX_ROWS; at++) {
    const c = text[at]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === separator) {
      row.push(cell);
      cell = '';
    } else if (c === '\n') endRow();
    else if (c !== '\r') cell += c;
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}
