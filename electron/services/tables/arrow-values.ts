import { type Data, DataType, type Decimal, type Field, type Int, TimeUnit, Vector } from 'apache-arrow';
import type { DuckDBValue, ValueMakers } from '../duckdb/append.ts';
import { name } from './database.ts';

type Read = (row: number) => DuckDBValue;

/** What a value could not keep: `cutTimes`, moments of a time zone or times of day finer than a microsecond. */
export type Losses = { cutTimes: boolean };

const WIDTHS: Record<number, string> = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' };
const MOST_DIGITS = 38;

/** The DuckDB type that holds an Arrow type's values. */
export function sqlType(type: DataType): string {
  if (DataType.isDictionary(type)) return sqlType(type.dictionary);
  if (DataType.isInt(type)) return `${(type as Int).isSigned ? '' : 'U'}${WIDTHS[(type as Int).bitWidth]}`;
  if (DataType.isFloat(type)) return type.precision === 2 ? 'DOUBLE' : 'FLOAT';
  if (DataType.isBool(type)) return 'BOOLEAN';
  if (isBytes(type)) return 'BLOB';
  if (DataType.isDecimal(type)) return fits(type) ? `DECIMAL(${type.precision}, ${type.scale})` : 'VARCHAR';
  if (DataType.isDate(type)) return 'DATE';
  if (DataType.isTime(type)) return 'TIME';
  if (DataType.isTimestamp(type)) {
    if (type.timezone) return 'TIMESTAMPTZ';
    return type.unit === TimeUnit.NANOSECOND ? 'TIMESTAMP_NS' : 'TIMESTAMP';
  }
  if (DataType.isDuration(type)) return 'BIGINT';
  if (isList(type)) return `${sqlType(type.children[0]!.type)}[]`;
  if (DataType.isMap(type)) {
    const [key, value] = entriesOf(type);
    return `MAP(${sqlType(key!.type)}, ${sqlType(value!.type)})`;
  }
  if (DataType.isStruct(type) && type.children.length > 0)
    return `STRUCT(${type.children.map((field: Field) => `${name(field.name)} ${sqlType(field.type)}`).join(', ')})`;
  return 'VARCHAR';
}

/** Reads the values of a column's piece by row. */
export function readerOf(data: Data, make: ValueMakers, losses: Losses): Read {
  const read = plainReader(data, make, losses);
  if (data.type.typeId === 1) return () => null;
  return data.nullCount === 0 ? read : (row) => (data.getValid(row) ? read(row) : null);
}

function plainReader(data: Data, make: ValueMakers, losses: Losses): Read {
  const { type, values } = data;
  const own = new Vector([data]);
  if (DataType.isDictionary(type)) {
    const words = data.dictionary!.data.flatMap((piece) => {
      const read = readerOf(piece, make, losses);
      return Array.from({ length: piece.length }, (_, i) => read(i));
    });
    return (row) => words[Number(values[row])] ?? null;
  }
  if (DataType.isInt(type) || (DataType.isFloat(type) && type.precision !== 0)) return (row) => values[row];
  if (DataType.isDuration(type)) return (row) => values[row];
  if (isBytes(type)) return (row) => make.blob(own.get(row));
  if (DataType.isDecimal(type)) return decimals(data, type, make);
  if (DataType.isDate(type)) return (row) => make.date(Math.floor(Number(own.get(row)) / 86_400_000));
  if (DataType.isTime(type)) {
    const scale = SCALES[type.unit]!;
    return (row) => make.time(micros(BigInt(values[row]), scale, losses));
  }
  if (DataType.isTimestamp(type)) {
    if (type.unit === TimeUnit.NANOSECOND && !type.timezone) return (row) => make.timestampNs(values[row]);
    const scale = SCALES[type.unit]!;
    const moment = type.timezone ? make.timestampTz : make.timestamp;
    return (row) => moment(micros(values[row], scale, losses));
  }
  if (isList(type)) {
    const read = readerOf(data.children[0]!, make, losses);
    const size = DataType.isFixedSizeList(type) ? type.listSize : null;
    const at = (row: number): number => (size === null ? Number(data.valueOffsets[row]) : size * row);
    return (row) => make.list(range(at(row), at(row + 1)).map(read));
  }
  if (DataType.isMap(type)) {
    const [key, value] = data.children[0]!.children.map((child) => readerOf(child, make, losses));
    return (row) =>
      make.map(
        range(data.valueOffsets[row]!, data.valueOffsets[row + 1]!).map((i) => ({ key: key!(i), value: value!(i) })),
      );
  }
  if (DataType.isStruct(type) && type.children.length > 0) {
    const reads = data.children.map((child, i) => [type.children[i]!.name, readerOf(child, make, losses)] as const);
    return (row) => make.struct(Object.fromEntries(reads.map(([field, read]) => [field, read(row)])));
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)) return (row) => own.get(row);
  if (DataType.isBool(type) || DataType.isFloat(type)) return (row) => own.get(row);
  return (row) => JSON.stringify(own.get(row), (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

/** Microseconds of one unit, or for nanoseconds the negative of how many make one. */
const SCALES: Record<number, bigint> = {
  [TimeUnit.SECOND]: 1_000_000n,
  [TimeUnit.MILLISECOND]: 1000n,
  [TimeUnit.MICROSECOND]: 1n,
  [TimeUnit.NANOSECOND]: -1000n,
};

function micros(value: bigint, scale: bigint, losses: Losses): bigint {
  if (scale > 0n) return value * scale;
  const rest = ((value % -scale) + -scale) % -scale;
  if (rest !== 0n) losses.cutTimes = true;
  return (value - rest) / -scale;
}

function decimals(data: Data, type: Decimal, make: ValueMakers): Read {
  const words = type.bitWidth / 32;
  const { values } = data;
  const whole = (row: number): bigint => {
    let value = 0n;
    for (let i = words - 1; i >= 0; i--) value = (value << 32n) | BigInt((values[row * words + i] as number) >>> 0);
    return BigInt.asIntN(type.bitWidth, value);
  };
  if (fits(type)) return (row) => make.decimal(whole(row), type.precision, type.scale);
  return (row) => {
    const value = whole(row);
    const digits = String(value < 0n ? -value : value).padStart(type.scale + 1, '0');
    const cut = digits.length - Math.max(type.scale, 0);
    return `${value < 0n ? '-' : ''}${digits.slice(0, cut)}${type.scale > 0 ? `.${digits.slice(cut)}` : '0'.repeat(-type.scale)}`;
  };
}

const fits = (type: Decimal): boolean =>
  type.precision <= MOST_DIGITS && type.scale >= 0 && type.scale <= type.precision;

const isBytes = (type: DataType): boolean =>
  DataType.isBinary(type) ||
  DataType.isLargeBinary(type) ||
  DataType.isBinaryView(type) ||
  DataType.isFixedSizeBinary(type);

const isList = (type: DataType): boolean =>
  DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type);

const entriesOf = (type: DataType): readonly Field[] => (type.children[0] as Field).type.children as Field[];

const range = (from: number, to: number): number[] =>
  Array.from({ length: Number(to) - Number(from) }, (_, i) => Number(from) + i);
