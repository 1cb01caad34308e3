-- SPDX-License-Identifier: ISC
-- Operations: what an administrator is told, and when he was told it.

-- What is wrong, and was: a restart does not raise the same alarm again.  Bounded: what is over is
-- removed when it is old (store/trouble.c).
CREATE TABLE trouble (
	id         INTEGER PRIMARY KEY,
	code       TEXT NOT NULL,    -- of the table in store/trouble.c
	subject    TEXT NOT NULL,    -- a mailbox's name, a domain, or empty
	text       TEXT NOT NULL,    -- what is wrong, in words
	mend       TEXT NOT NULL,    -- the command that mends it, or shows more
	since_ms   INTEGER NOT NULL, -- Unix
	cleared_ms INTEGER,          -- NULL: it is so now
	told       INTEGER NOT NULL DEFAULT 0 -- the alarm command was told: 1 that it is, 2 that it is over
) STRICT;

CREATE UNIQUE INDEX trouble_now ON trouble (code, subject) WHERE cleared_ms IS NULL;

-- When something was done last: copied, summarised, … (store/trouble.h).
CREATE TABLE mark (
	name    TEXT PRIMARY KEY,
	time_ms INTEGER NOT NULL -- Unix
) STRICT, WITHOUT ROWID;

-- Messages of which the newest examination, complete, has no signature that verifies, or none at all.
CREATE TABLE exception (
	seq  INTEGER PRIMARY KEY REFERENCES message,
	what TEXT NOT NULL CHECK (what IN ('unsigned', 'unexaminable'))
) STRICT;

-- How much mail a signing domain sends at which hour of the week, learned; for noticing silence.
-- Domains are plain, as in dns_key (README).
CREATE TABLE flow (
	domain   TEXT PRIMARY KEY,
	first_ms INTEGER NOT NULL,                            -- Unix: arrival of the first message
	last_ms  INTEGER NOT NULL,                            -- and of the last
	weight   INTEGER NOT NULL,                            -- weeks that count, in sixteenths, older ones less
	hour     BLOB NOT NULL CHECK (length(hour) = 2 * 168) -- messages, in sixteenths; big-endian
) STRICT, WITHOUT ROWID;
