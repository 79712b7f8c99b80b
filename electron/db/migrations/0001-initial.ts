import type { Migration } from '../migrate.ts';

/** Runs, what they logged, and how far each file of theirs has been read. All of it can be rebuilt from the files. */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  sql: `
    CREATE TABLE runs (
      pk INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      /* one more than that of the run before it by id; gives neighbours different colours */
      seq INTEGER NOT NULL DEFAULT 0,
      name TEXT NOT NULL,
      experiment TEXT NOT NULL,
      status TEXT NOT NULL,
      source TEXT NOT NULL,
      command TEXT NOT NULL,
      grp TEXT, parent TEXT,
      starred INTEGER NOT NULL DEFAULT 0,
      color TEXT,
      created_at REAL NOT NULL, started_at REAL, ended_at REAL, last_seen_at REAL, deleted_at REAL,
      exit_code INTEGER, signal TEXT, error TEXT,
      note TEXT NOT NULL DEFAULT '',
      git_commit TEXT, git_branch TEXT, git_dirty INTEGER,
      host TEXT,
      gpus TEXT NOT NULL DEFAULT '[]',
      peak_memory REAL,
      artifact_count INTEGER NOT NULL DEFAULT 0,
      bad_lines INTEGER NOT NULL DEFAULT 0,
      /* the whole of run.json, as it was read */
      identity TEXT NOT NULL
    );
    /* counts and the newest first without reading the rows, whose identity is long */
    CREATE INDEX runs_listed ON runs (deleted_at, created_at, experiment);
    CREATE INDEX runs_parent ON runs (parent) WHERE parent IS NOT NULL;
    CREATE INDEX runs_active ON runs (status) WHERE status IN ('queued', 'running');

    CREATE TABLE params (run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL /* JSON */, number REAL, PRIMARY KEY (run, key)) WITHOUT ROWID;
    CREATE INDEX params_key ON params (key, number);
    CREATE TABLE tags (run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID;
    CREATE INDEX tags_key ON tags (key, value);
    CREATE TABLE summaries (run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL /* JSON */, PRIMARY KEY (run, key)) WITHOUT ROWID;
    CREATE TABLE artifacts (run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, path TEXT NOT NULL, size REAL NOT NULL, kind TEXT NOT NULL, key TEXT, step REAL, caption TEXT, PRIMARY KEY (run, path)) WITHOUT ROWID;
    CREATE TABLE datasets (run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, path TEXT NOT NULL, role TEXT NOT NULL DEFAULT '', hash TEXT, size REAL, version TEXT, PRIMARY KEY (run, path, role)) WITHOUT ROWID;

    /* one row per run and metric: what the table shows without touching a point */
    CREATE TABLE series (
      pk INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      key TEXT NOT NULL,
      count INTEGER NOT NULL,
      /* NaN is stored as NULL: the least and greatest are over the values that are numbers, infinities included */
      last REAL, min REAL, max REAL,
      last_step REAL NOT NULL, last_time REAL NOT NULL,
      /* 1 while every step came in order, so that chunks need no sorting */
      ordered INTEGER NOT NULL DEFAULT 1
    );
    CREATE UNIQUE INDEX series_run ON series (run, key);
    CREATE INDEX series_key ON series (key, last, run);

    /* points in order of arrival; see services/metrics/chunk.ts for the bytes */
    CREATE TABLE chunks (
      series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
      seq INTEGER NOT NULL,
      count INTEGER NOT NULL,
      /* the least and the greatest step in it */
      first_step REAL NOT NULL, last_step REAL NOT NULL,
      /* before the points, so that reading it does not walk through their pages */
      summary BLOB,
      points BLOB NOT NULL,
      PRIMARY KEY (series, seq)
    );

    /* read up to here, stored in the same transaction as what was read: exactly once, whoever dies */
    CREATE TABLE files (
      run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      name TEXT NOT NULL,
      offset INTEGER NOT NULL,
      inode TEXT NOT NULL DEFAULT '',
      /* 1 inside of a line that is too long to keep: the rest of it is passed over */
      skipping INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (run, name)
    ) WITHOUT ROWID;
  `,
};
