"""The tables of the records, and how a file of an older version gets those that came later.

``body`` is the domain value as JSON; the columns beside it are those that are searched.
"""

FIRST = """
CREATE TABLE launches (
    id TEXT PRIMARY KEY,
    started_unix_s REAL NOT NULL,
    configuration_id TEXT,
    outcome TEXT,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX launches_by_time ON launches (started_unix_s);

CREATE TABLE log_lines (
    launch_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    stamp TEXT NOT NULL,
    text BLOB NOT NULL,
    PRIMARY KEY (launch_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX log_lines_by_stamp ON log_lines (launch_id, stamp);

CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    at_unix_s REAL NOT NULL,
    configuration_id TEXT NOT NULL,
    launch_id TEXT,
    ladder_id TEXT,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX runs_by_time ON runs (at_unix_s);
CREATE INDEX runs_by_launch ON runs (launch_id);

CREATE TABLE actions (
    number INTEGER PRIMARY KEY,
    at_unix_s REAL NOT NULL,
    who TEXT NOT NULL,
    verb TEXT NOT NULL,
    args TEXT NOT NULL,
    outcome TEXT NOT NULL
) STRICT;

CREATE TABLE kept (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
"""
"""``log_lines.number`` counts from 0 within a launch. ``kept`` holds the few facts that outlive an agent: the cup."""

LADDERS = """
CREATE TABLE ladders (
    id TEXT PRIMARY KEY,
    began_unix_s REAL NOT NULL,
    outcome TEXT,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX ladders_by_time ON ladders (began_unix_s);

CREATE INDEX runs_by_ladder ON runs (ladder_id, at_unix_s);

CREATE TABLE sweeps (
    id TEXT PRIMARY KEY,
    at_unix_s REAL NOT NULL,
    configuration_id TEXT NOT NULL,
    ladder_id TEXT,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX sweeps_by_time ON sweeps (at_unix_s);

CREATE TABLE parities (
    number INTEGER PRIMARY KEY,
    at_unix_s REAL NOT NULL,
    plain_id TEXT NOT NULL,
    drafted_id TEXT NOT NULL,
    ladder_id TEXT,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX parities_by_time ON parities (at_unix_s);

CREATE TABLE votes (
    id TEXT PRIMARY KEY,
    at_unix_s REAL NOT NULL,
    prompt_name TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE notes (
    number INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX notes_by_subject ON notes (subject, number);
"""
"""A note is never written over: of one subject the newest row counts, and an empty one says that it was taken away."""

LOGS = """
CREATE TABLE logs (
    launch_id TEXT PRIMARY KEY,
    total INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    dropped_from INTEGER NOT NULL DEFAULT 0,
    dropped_to INTEGER NOT NULL DEFAULT 0,
    dropped_bytes INTEGER NOT NULL DEFAULT 0,
    dropped_first_stamp TEXT,
    dropped_last_stamp TEXT
) STRICT;
INSERT INTO logs (launch_id, total, bytes)
    SELECT launch_id, max(number) + 1, sum(length(text) + 120) FROM log_lines GROUP BY launch_id;
"""
"""What there is of each launch's log, about, those of older versions included."""

STEPS = (FIRST, LADDERS, LOGS)
"""What makes version 1 of nothing, version 2 of version 1, and so on; a step that was released is never changed."""

VERSION = len(STEPS)
