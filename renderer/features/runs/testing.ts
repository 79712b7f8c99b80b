import type { RunRow } from '../../../shared/contract/runs.ts';

/** A finished run of two seconds, for tests. */
export function testRow(row: Partial<RunRow> = {}): RunRow {
  return {
    id: '0198c0de0000700080000000000000aa',
    name: 'run',
    experiment: 'default',
    status: 'finished',
    source: 'sdk',
    command: ['python', 'train.py'],
    group: null,
    parent: null,
    starred: false,
    color: null,
    createdAt: 1000,
    startedAt: 1000,
    endedAt: 3000,
    lastSeenAt: 3000,
    deletedAt: null,
    exitCode: 0,
    signal: null,
    error: null,
    note: '',
    git: null,
    gpus: [],
    peakMemoryBytes: null,
    artifactCount: 0,
    seq: 0,
    params: {},
    tags: {},
    metrics: {},
    ...row,
  };
}
