import type { Artifact } from '../../../../shared/contract/runs.ts';

export type PreviewKind = 'image' | 'audio' | 'video' | 'html' | 'table' | 'json' | 'text' | 'none';

const BY_ENDING: Readonly<Record<string, PreviewKind>> = Object.fromEntries(
  (
    [
      ['image', 'png jpg jpeg gif webp bmp avif svg ico'],
      ['audio', 'wav mp3 ogg flac m4a'],
      ['video', 'mp4 webm'],
      ['html', 'html htm'],
      ['table', 'csv tsv jsonl ndjson parquet'],
      ['json', 'json'],
      ['text', 'txt log md py yaml yml toml ini cfg sh c h cpp rs js ts css xml sql r jl tex diff patch'],
    ] as const
  ).flatMap(([kind, endings]) => endings.split(' ').map((ending) => [ending, kind])),
);

/** How a file is shown: by its ending, and by what the log says of it where the ending says nothing. */
export function previewKind(artifact: Pick<Artifact, 'path' | 'kind'>): PreviewKind {
  const name = artifact.path.split('/').at(-1)!.toLowerCase();
  const known = name.includes('.') ? BY_ENDING[name.slice(name.lastIndexOf('.') + 1)] : undefined;
  if (known) return known;
  if (artifact.kind === 'histogram') return 'json';
  if (artifact.kind === 'table') return 'none';
  return artifact.kind === 'file' ? 'none' : artifact.kind;
}

export type HistogramData = {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly nonFinite: number;
};

/** A value as a histogram, when it is one: `{"edges": n + 1 numbers that ascend, "counts": n numbers}`; else null. */
export function asHistogram(value: unknown): HistogramData | null {
  if (typeof value !== 'object' || value === null) return null;
  const { edges, counts, nonFinite } = value as Record<string, unknown>;
  if (!isNumbers(edges) || !isNumbers(counts) || counts.length === 0 || edges.length !== counts.length + 1) return null;
  if (edges.some((edge, at) => at > 0 && edge < edges[at - 1]!)) return null;
  return { edges, counts, nonFinite: typeof nonFinite === 'number' ? nonFinite : 0 };
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one));
}
