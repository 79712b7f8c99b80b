/** Kept points in the order they were added. */
export type Kept = { readonly step: Float64Array; readonly time: Float64Array; readonly value: Float64Array };

type Point = { place: number; step: number; time: number; value: number };

const NONE = -1;

/**
 * Reduces a series to the points a chart needs: the step range is cut into buckets of equal width, and of each bucket the first, last, least,
 * greatest and, where asked for, first NaN point are kept exactly as they were logged, in their order. Least and greatest are over the values
 * that are not NaN, infinities included; of equal ones the earliest. So no spike, gap or end is ever lost.
 *
 * Points must come in order of their step. `place` is a point's number in the series; it keeps a point that is, say, both first and least
 * from being kept twice.
 */
export function createReducer(range: { from: number; to: number; buckets: number; keepNaN: boolean }) {
  const { from, buckets, keepNaN } = range;
  const scale = range.to > from ? buckets / (range.to - from) : 0;
  const capacity = buckets * (keepNaN ? 5 : 4);
  const out: Kept = {
    step: new Float64Array(capacity),
    time: new Float64Array(capacity),
    value: new Float64Array(capacity),
  };
  const first = point();
  const last = point();
  const min = point();
  const max = point();
  const nan = point();
  const all = [first, last, min, max, nan];
  let length = 0;
  let bucket = NONE;

  const keep = (): void => {
    let previous = NONE;
    for (;;) {
      let next: Point | undefined;
      for (const one of all) if (one.place > previous && (!next || one.place < next.place)) next = one;
      if (!next) break;
      out.step[length] = next.step;
      out.time[length] = next.time;
      out.value[length] = next.value;
      length++;
      previous = next.place;
    }
    for (const one of all) one.place = NONE;
  };

  const enter = (step: number): void => {
    const now = Math.min(buckets - 1, Math.floor((step - from) * scale));
    if (now === bucket) return;
    keep();
    bucket = now;
  };

  return {
    /**
     * Adds one point. Of points that lie beside each other it is enough to add the first, least, greatest, first NaN and last in this order;
     * `at`, the step of the first of them, then puts them all into the same bucket.
     */
    add(place: number, step: number, time: number, value: number, at = step): void {
      enter(at);
      if (first.place === NONE) set(first, place, step, time, value);
      if (place > last.place) set(last, place, step, time, value);
      if (Number.isNaN(value)) {
        if (keepNaN && nan.place === NONE) set(nan, place, step, time, value);
        return;
      }
      if (min.place === NONE || value < min.value) set(min, place, step, time, value);
      if (max.place === NONE || value > max.value) set(max, place, step, time, value);
    },
    /** The kept points. Call it once, at the end. */
    finish(): Kept {
      keep();
      return {
        step: out.step.subarray(0, length),
        time: out.time.subarray(0, length),
        value: out.value.subarray(0, length),
      };
    },
  };
}

function point(): Point {
  return { place: NONE, step: 0, time: 0, value: 0 };
}

function set(target: Point, place: number, step: number, time: number, value: number): void {
  target.place = place;
  target.step = step;
  target.time = time;
  target.value = value;
}
