-- SPDX-License-Identifier: ISC
-- The spine: records in their order, and what must be found again beside them.
-- Connection settings (WAL, synchronous, secure_delete, foreign keys) are in src/store/db.c.
-- A migration is never changed after a release: the next one gets the next number.

-- Who this log is.  Written by `mailseal init`, never after.
CREATE TABLE meta (
	name  TEXT PRIMARY KEY,  -- origin, vkey, recovery
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The log, one row a leaf.  Rows are only added: erasing (a later migration) empties `bytes`.
CREATE TABLE record (
	seq           INTEGER PRIMARY KEY CHECK (seq >= 0),  -- the leaf index
	kind          TEXT NOT NULL,
	bytes         BLOB NOT NULL,                          -- exactly what is hashed
	sha256        BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
	salt          BLOB NOT NULL CHECK (length(salt) = 32), -- of the leaf
	time_ms       INTEGER NOT NULL,                        -- our clock, Unix
	of_seq        INTEGER REFERENCES record,               -- what an examination is of
	object_pack   INTEGER,                                 -- packs/<object_pack>.pack
	object_offset INTEGER,
	object_length INTEGER,
	CHECK ((object_pack IS NULL) = (object_offset IS NULL)),
	CHECK ((object_pack IS NULL) = (object_length IS NULL))
) STRICT;

CREATE INDEX record_of ON record (of_seq, seq) WHERE of_seq IS NOT NULL;

CREATE TRIGGER record_dense BEFORE INSERT ON record
WHEN NEW.seq <> (SELECT coalesce(max(seq) + 1, 0) FROM record)
BEGIN SELECT raise(ABORT, 'a leaf index is used twice or left out'); END;

CREATE TRIGGER record_stays BEFORE DELETE ON record
BEGIN SELECT raise(ABORT, 'a leaf is never removed'); END;

CREATE TRIGGER record_leaf_stays BEFORE UPDATE OF seq, kind, sha256, salt, time_ms, of_seq ON record
BEGIN SELECT raise(ABORT, 'a leaf never changes'); END;

-- Where the log ends: the tree's right edge, and the end of the last pack.  One row.
CREATE TABLE edge (
	id       INTEGER PRIMARY KEY CHECK (id = 0),
	size     INTEGER NOT NULL,
	peaks    BLOB NOT NULL CHECK (length(peaks) % 32 = 0), -- lowest first, one a set bit of size
	pack     INTEGER NOT NULL,
	pack_end INTEGER NOT NULL
) STRICT;
INSERT INTO edge VALUES (0, 0, x'', 1, 0);

-- What was signed: one root a size, by constraint; sizes only grow, by trigger.
CREATE TABLE checkpoint (
	size INTEGER PRIMARY KEY CHECK (size > 0),
	root BLOB NOT NULL CHECK (length(root) = 32),
	note BLOB NOT NULL
) STRICT;

CREATE TRIGGER checkpoint_grows BEFORE INSERT ON checkpoint
WHEN NEW.size <= (SELECT max(size) FROM checkpoint)
BEGIN SELECT raise(ABORT, 'a checkpoint smaller than the last one'); END;

CREATE TRIGGER checkpoint_root_stays BEFORE UPDATE OF size, root ON checkpoint
BEGIN SELECT raise(ABORT, 'one root a size'); END;

CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint
BEGIN SELECT raise(ABORT, 'a checkpoint is never removed'); END;

-- A mailbox of the configuration, by name; last_seq heads its chain of `previous`.
CREATE TABLE mailbox (
	name        TEXT PRIMARY KEY,
	uidvalidity INTEGER NOT NULL,
	last_seq    INTEGER REFERENCES record
) STRICT, WITHOUT ROWID;

-- A message is known by exactly this: mailbox, UIDVALIDITY, UID.  Never by its Message-ID.
CREATE TABLE message (
	seq         INTEGER PRIMARY KEY REFERENCES record,
	mailbox     TEXT NOT NULL REFERENCES mailbox,
	uidvalidity INTEGER NOT NULL,
	uid         INTEGER NOT NULL,
	dedup       BLOB NOT NULL CHECK (length(dedup) = 32), -- keyed: state/dedup.key
	UNIQUE (mailbox, uidvalidity, uid)
) STRICT;

-- Messages still to be examined, or examined again.
CREATE TABLE job (
	seq      INTEGER PRIMARY KEY REFERENCES message,
	state    TEXT NOT NULL CHECK (state IN ('pending', 'closed')),
	attempts INTEGER NOT NULL DEFAULT 0, -- checkers that died on it
	rounds   INTEGER NOT NULL DEFAULT 0, -- examinations sealed
	next_ms  INTEGER NOT NULL,           -- not before, Unix
	why      TEXT NOT NULL DEFAULT ''    -- of the state
) STRICT;

CREATE INDEX job_due ON job (next_ms, seq) WHERE state = 'pending';

-- DNS packets as they came, by their hash.
CREATE TABLE evidence (
	sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
	bytes  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The key ledger: which `key` record tells of which value.  Owner names are plain (README).
CREATE TABLE dns_key (
	owner TEXT NOT NULL,
	value BLOB NOT NULL CHECK (length(value) = 32),
	seq   INTEGER NOT NULL REFERENCES record,
	PRIMARY KEY (owner, value)
) STRICT, WITHOUT ROWID;
