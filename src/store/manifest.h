/* SPDX-License-Identifier: ISC */
#ifndef STORE_MANIFEST_H
#define STORE_MANIFEST_H

#include "base/buf.h"
#include "crypto/hash.h"

/*
 * manifest: what a backup holds, as lines: which log, how far, and each file with its length and
 * SHA-256.  It comes back from a disk that lay elsewhere, so it is read like anything foreign.
 *
 *	mailseal-backup/1
 *	log <origin>
 *	time <Unix ms>
 *	records <n>
 *	last <hash of the newest record>
 *	file <name> <bytes> <sha256>
 *	end
 *
 * A file of packs/ may be longer than its line says: packs are appended to, and only so many bytes
 * belong to this backup.
 */
struct manifest {
	struct str origin;
	uint64_t time_ms, records;
	struct hash last; /* zeros when there is no record */
	struct str files; /* the lines, for manifest_next */
};

struct manifest_file {
	struct str name; /* as manifest_name_ok */
	uint64_t bytes;
	struct hash sha256;
};

enum {
	MANIFEST_NAME_MAX = 96, /* bytes, with a NUL: "custodian/" and the longest name */
};

/* Views into text; 0, or -1 with ERR_SYNTAX "line 7: …". */
int manifest_parse(struct str text, struct manifest *m, struct err *e);
/* Takes the next file off *files; false at the end. */
bool manifest_next(struct str *files, struct manifest_file *f);
/* The file of that name; false when there is none. */
bool manifest_find(const struct manifest *m, struct str name, struct manifest_file *f);

/* db.sqlite, signer/state, or a plain name in packs, slots, custodian: nothing leads outside. */
bool manifest_name_ok(struct str name);

/* Writing: the head, then each file, then the end. */
void manifest_begin(struct buf *out, const struct manifest *m);
void manifest_add(struct buf *out, const struct manifest_file *f);
void manifest_end(struct buf *out);

#endif
