import type { Points } from '../metrics/chunk.ts';

/** Points of one metric in order of arrival, in columns that grow. */
export class Column {
  length = 0;
  private step = new Float64Array(16);
  private time = new Float64Array(16);
  private value = new Float64Array(16);

  push(step: number, time: number, value: number): void {
    if (this.length === this.step.length) this.grow();
    const i = this.length++;
    this.step[i] = step;
    this.time[i] = time;
    this.value[i] = value;
  }

  /** A view; it is valid until the next push. */
  points(): Points {
    const n = this.length;
    return { step: this.step.subarray(0, n), time: this.time.subarray(0, n), value: this.value.subarray(0, n) };
  }

  private grow(): void {
    const double = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(old.length * 2);
      grown.set(old);
      return grown;
    };
    this.step = double(this.step);
    this.time = double(this.time);
    this.value = double(this.value);
  }
}

export type LoggedArtifact = {
  path: string;
  size: number;
  kind: string;
  key: string | null;
  step: number | null;
  caption: string | null;
};
export type LoggedDataset = {
  path: string;
  role: string;
  hash: string | null;
  size: number | null;
  version: string | null;
};
export type MetaField = 'name' | 'starred' | 'color' | 'deleted' | 'experiment';

/** What a piece of a log says, merged: of everything but metrics the last one wins. Maps, because keys come from strangers. */
export type Batch = {
  points: number;
  lines: number;
  /** Lines that could not be read, wholly or in part. */
  bad: number;
  series: Map<string, Column>;
  params: Map<string, unknown>;
  tags: Map<string, string | null>;
  note: string | null;
  artifacts: Map<string, LoggedArtifact>;
  datasets: Map<string, LoggedDataset>;
  /** `t` in epoch seconds */
  meta: Map<MetaField, { value: unknown; t: number }>;
  summaries: Map<string, unknown>;
};

export function newBatch(): Batch {
  return {
    points: 0,
    lines: 0,
    bad: 0,
    series: new Map(),
    params: new Map(),
    tags: new Map(),
    note: null,
    artifacts: new Map(),
    datasets: new Map(),
    meta: new Map(),
    summaries: new Map(),
  };
}

/** True when it says more than metrics: then the row of the run changes. */
export function changesRow(batch: Batch): boolean {
  const { bad, params, tags, note, artifacts, datasets, meta, summaries } = batch;
  return (
    bad > 0 ||
    note !== null ||
    params.size + tags.size + artifacts.size + datasets.size + meta.size + summaries.size > 0
  );
}
