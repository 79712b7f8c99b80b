/**
 * How metric series cross the wire. Little endian throughout:
 * `uint32 n` series, then per series a head of `float64 points, float64 count, float64 reduced(0|1)`,
 * after all heads (8-byte aligned) per series three Float64 columns: step, time (epoch seconds), value.
 */
export type Series = {
  readonly step: Float64Array;
  /** epoch seconds */
  readonly time: Float64Array;
  readonly value: Float64Array;
  /** How many points there are in the asked range before reduction. */
  readonly count: number;
  /** True when points were left out; first, last, minimum and maximum of every bucket are kept. */
  readonly reduced: boolean;
};

const HEAD = 8;
const PER_SERIES = 24;

/** Lays out series as bytes; `decodeSeries` reads them back. */
export function encodeSeries(all: readonly Series[]): Uint8Array<ArrayBuffer> {
  const points = all.reduce((sum, series) => sum + series.step.length, 0);
  const buffer = new ArrayBuffer(HEAD + all.length * PER_SERIES + points * PER_SERIES);
  new DataView(buffer).setUint32(0, all.length, true);
  const heads = new Float64Array(buffer, HEAD, all.length * 3);
  let offset = HEAD + all.length * PER_SERIES;
  all.forEach((series, i) => {
    heads.set([series.step.length, series.count, series.reduced ? 1 : 0], i * 3);
    for (const column of [series.step, series.time, series.value]) {
      new Float64Array(buffer, offset, column.length).set(column);
      offset += column.byteLength;
    }
  });
  return new Uint8Array(buffer);
}

/**
 * Reads what `encodeSeries` wrote, without copying the columns.
 * @throws RangeError when the bytes are shorter than they say
 */
export function decodeSeries(buffer: ArrayBuffer): Series[] {
  const n = new DataView(buffer).getUint32(0, true);
  const heads = new Float64Array(buffer, HEAD, n * 3);
  let offset = HEAD + n * PER_SERIES;
  const column = (length: number): Float64Array => {
    const view = new Float64Array(buffer, offset, length);
    offset += view.byteLength;
    return view;
  };
  return Array.from({ length: n }, (_, i) => {
    const points = heads[i * 3]!;
    return {
      step: column(points),
      time: column(points),
      value: column(points),
      count: heads[i * 3 + 1]!,
      reduced: heads[i * 3 + 2] === 1,
    };
  });
}
