"""The tables of the records."""

VERSION = 1

TABLES = """
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
"""``body`` is the domain value as JSON; the columns beside it are those that are searched.

``log_lines.number`` counts from 0 within a launch. ``kept`` holds the few facts that outlive an agent: the cup.
"""
