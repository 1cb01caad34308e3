-- SPDX-License-Identifier: ISC
-- How the domains of From sign their mail, learned; for noticing that they stop.  Domains are plain,
-- as in dns_key (README).

CREATE TABLE practice_domain (
	domain   TEXT PRIMARY KEY,
	messages INTEGER NOT NULL,
	first_ms INTEGER NOT NULL, -- Unix: arrival of the first message
	last_ms  INTEGER NOT NULL  -- and of the last
) STRICT, WITHOUT ROWID;

-- What their messages had one after the other, and when one had it no more.
CREATE TABLE practice (
	domain     TEXT NOT NULL REFERENCES practice_domain ON DELETE CASCADE,
	what       INTEGER NOT NULL,                          -- enum practice (store/practice.h)
	streak     INTEGER NOT NULL,                          -- messages in a row that had it
	broken_seq INTEGER,                                   -- the first message after a streak that has it not
	broken_ms  INTEGER CHECK ((broken_ms IS NULL) = (broken_seq IS NULL)), -- its arrival, Unix
	PRIMARY KEY (domain, what)
) STRICT, WITHOUT ROWID;

-- What was seen of each: who signed and with which key, what was covered, who sealed.
CREATE TABLE practice_seen (
	domain   TEXT NOT NULL REFERENCES practice_domain ON DELETE CASCADE,
	kind     TEXT NOT NULL CHECK (kind IN ('signer', 'covers', 'sealer')),
	value    TEXT NOT NULL,
	messages INTEGER NOT NULL,
	first_ms INTEGER NOT NULL, -- Unix
	last_ms  INTEGER NOT NULL,
	PRIMARY KEY (domain, kind, value)
) STRICT, WITHOUT ROWID;
