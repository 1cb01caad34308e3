-- SPDX-License-Identifier: ISC
-- The ledger: what became of each UID of a mailbox.  Sets of UIDs are text (src/base/ranges.h): a
-- mailbox of a million messages is a few ranges, and counting it reads only what came since.

ALTER TABLE mailbox ADD COLUMN watched_ms INTEGER; -- a session was last known to live; Unix
ALTER TABLE mailbox ADD COLUMN retired_ms INTEGER; -- not watched any more, since then

-- A mailbox under one UIDVALIDITY, as it was when it was last counted.
CREATE TABLE generation (
	mailbox     TEXT NOT NULL REFERENCES mailbox,
	uidvalidity INTEGER NOT NULL,
	opened_ms   INTEGER NOT NULL,
	opened_next INTEGER NOT NULL,             -- UIDNEXT then: what is below and gone, nobody missed
	counted_ms  INTEGER,                      -- never: NULL
	uidnext     INTEGER NOT NULL DEFAULT 1,   -- each UID below it is sealed, gone or missing
	exist       INTEGER NOT NULL DEFAULT 0,   -- messages, as the server counts
	listed      INTEGER NOT NULL DEFAULT 0,   -- and as it names them
	sealed      TEXT NOT NULL DEFAULT '',
	gone        TEXT NOT NULL DEFAULT '',     -- before they were seen
	counted_seq INTEGER NOT NULL DEFAULT -1,  -- `message` rows up to it are in `sealed`
	counted_id  INTEGER NOT NULL DEFAULT 0,   -- `same` rows up to it
	PRIMARY KEY (mailbox, uidvalidity)
) STRICT, WITHOUT ROWID;

-- What is in the mailbox and could not be sealed: to be fetched again.
CREATE TABLE missing (
	mailbox     TEXT NOT NULL,
	uidvalidity INTEGER NOT NULL,
	uid         INTEGER NOT NULL,
	since_ms    INTEGER NOT NULL,
	tries       INTEGER NOT NULL DEFAULT 0,
	next_ms     INTEGER NOT NULL,             -- not before, Unix
	PRIMARY KEY (mailbox, uidvalidity, uid),
	FOREIGN KEY (mailbox, uidvalidity) REFERENCES generation
) STRICT, WITHOUT ROWID;

-- A message found again under another UIDVALIDITY: sealed once, each row of `message` once a
-- generation, however often its bytes are there.
CREATE TABLE same (
	id          INTEGER PRIMARY KEY,
	mailbox     TEXT NOT NULL,
	uidvalidity INTEGER NOT NULL,
	uid         INTEGER NOT NULL,
	seq         INTEGER NOT NULL REFERENCES message,
	UNIQUE (mailbox, uidvalidity, uid),
	UNIQUE (mailbox, uidvalidity, seq),
	FOREIGN KEY (mailbox, uidvalidity) REFERENCES generation
) STRICT;

CREATE INDEX IF NOT EXISTS message_dedup ON message (dedup);

-- From the end of a session, as far as it is known, to the `connect` record of the next.
CREATE TABLE unwatched (
	mailbox  TEXT NOT NULL REFERENCES mailbox,
	from_ms  INTEGER NOT NULL,
	until_ms INTEGER NOT NULL,
	PRIMARY KEY (mailbox, from_ms)
) STRICT, WITHOUT ROWID;

-- A message of an account that has a twin: known in both by its body.
CREATE TABLE twin (
	seq        INTEGER PRIMARY KEY REFERENCES message,
	account    TEXT NOT NULL,
	body       BLOB NOT NULL CHECK (length(body) = 32), -- keyed, as message.dedup
	arrived_ms INTEGER NOT NULL,                        -- INTERNALDATE
	sealed_ms  INTEGER NOT NULL,
	other      INTEGER REFERENCES message               -- its partner; NULL: none yet
) STRICT;

CREATE INDEX twin_body ON twin (account, body) WHERE other IS NULL;
CREATE INDEX twin_alone ON twin (account, seq) WHERE other IS NULL;
