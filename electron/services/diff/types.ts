/** A number of two cells may differ by this much and still be equal: |a − b| ≤ value, or for `rel` |a − b| ≤ value · max(|a|, |b|). */
export type Tolerance = { kind: 'abs' | 'rel'; value: number };

export type DiffOptions = {
  /** Columns that name a row; else a key is looked for. */
  key?: readonly string[];
  /** By column; `''` stands for every other number column. */
  tolerance?: Readonly<Record<string, Tolerance>>;
  /** Every cell compared as the text that it is written as. */
  text?: boolean;
  signal?: AbortSignal;
  /** Called at the start of each stage with a few words for a person. */
  onStage?: (stage: string) => void;
};

/** From "nothing at all" to "the data": the first that is true. */
export type Verdict = 'identical' | 'identical_data' | 'order_only' | 'schema_only' | 'changed';

export type Finding = { code: string; message: string; side?: 'before' | 'after'; column?: string };

export type ColumnDiff = {
  name: string;
  status: 'same' | 'added' | 'removed' | 'renamed' | 'retyped';
  renamedFrom: string | null;
  typeBefore: string | null;
  typeAfter: string | null;
  changedCells: number;
  nullsBefore: number | null;
  nullsAfter: number | null;
};

export type KeyUsed = {
  columns: string[];
  source: 'declared' | 'found' | 'none';
  uniqueBefore: boolean | null;
  uniqueAfter: boolean | null;
};

/** `duplicateKeys…` counts rows whose key an earlier row has; `moved` the fewest matched rows whose removal leaves the others in order. */
export type RowCounts = {
  before: number;
  after: number;
  added: number;
  removed: number;
  changed: number;
  unchanged: number;
  moved: number;
  duplicateKeysBefore: number;
  duplicateKeysAfter: number;
};

export type TableDiff = {
  kind: 'table';
  verdict: Verdict;
  key: KeyUsed;
  rows: RowCounts;
  columns: ColumnDiff[];
  findings: Finding[];
  elapsedMs: number;
};

export type FolderEntry = {
  path: string;
  status: 'added' | 'removed' | 'changed' | 'renamed';
  renamedFrom: string | null;
  bytesBefore: number | null;
  bytesAfter: number | null;
};

/** `entries` leaves out unchanged files; `bytes.added` counts whole added files, `bytes.changed` the new size of changed ones. */
export type FolderDiff = {
  kind: 'folder';
  verdict: Verdict;
  files: { added: number; removed: number; changed: number; renamed: number; unchanged: number };
  bytes: { before: number; after: number; added: number; removed: number; changed: number };
  entries: FolderEntry[];
  findings: Finding[];
  elapsedMs: number;
};

/** `lines` is there for text: how many each side has, and how many were added and removed by a longest common subsequence of lines. */
export type BytesDiff = {
  kind: 'text' | 'binary';
  verdict: Verdict;
  bytes: { before: number; after: number };
  md5: { before: string; after: string };
  lines: { before: number; after: number; added: number; removed: number } | null;
  findings: Finding[];
  elapsedMs: number;
};

export type Diff = TableDiff | FolderDiff | BytesDiff;
