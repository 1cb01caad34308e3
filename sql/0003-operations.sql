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
