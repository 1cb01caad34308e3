/* SPDX-License-Identifier: ISC */
#ifndef SEAL_RECORD_H
#define SEAL_RECORD_H

#include "seal/grammar.h"
#include "seal/seghash.h"

/*
 * record: what is sealed, as lines (FORMATS section 3; mailseal-record(5)).  Its bytes are what
 * is hashed; they are never written anew from what was read.  The tables in record.c say everything
 * that may stand in one.
 */
enum record_kind {
	RECORD_LOG, /* the first of a log */
	RECORD_MESSAGE,
	RECORD_EXAMINATION,
	RECORD_KEY,
	RECORD_MAILBOX, /* seal/record_mailbox.h */
	RECORD_KINDS,
};

const char *record_kind_word(enum record_kind kind);

/* What all begin with. */
struct record_head {
	enum record_kind kind;
	struct str origin;        /* of the log */
	uint64_t seq;             /* its leaf's index */
	struct hash log_previous; /* SHA-256 of the record before; zeros for the first */
	struct hash nonce;
	uint64_t time_ms; /* Unix, ours */
	bool sync;        /* the kernel called its clock synchronised */
	uint64_t error_ms;
	struct str version; /* of the software, and its binary's SHA-256 */
	struct hash binary;
	bool has_object; /* else the next two are zeros */
	struct hash object, key_check;
};

enum record_log_event {
	RECORD_START,      /* record 0, and no other */
	RECORD_CUSTODIANS, /* who can read has changed: from here on these can */
};

struct record_log {
	enum record_log_event event;
	struct str vkey, recovery;    /* C2SP vkeys */
	const struct hash *custodian; /* fingerprints; when writing only */
	size_t n_custodians;
};

struct record_message {
	struct hash account, folder; /* commitments "account", "folder" … */
	uint64_t uidvalidity, uid;
	uint64_t internaldate; /* Unix seconds */
	struct str tls;        /* "TLSv1.3" */
	struct hash certificate;
	struct hash size, rfc822_size; /* commitments to decimal digits */
	bool has_gm_msgid;             /* Gmail only */
	struct hash gm_msgid;          /* the same of X-GM-MSGID */
	struct segroots segments;
	struct hash ers;
	bool has_previous; /* of the same account and folder */
	uint64_t previous; /* its seq */
	bool has_copy;     /* the same bytes were filed before: for information */
	uint64_t copy;     /* as this record */
};

struct record_key {
	struct hash owner;    /* commitment "owner": the DNS name that was asked */
	struct hash value;    /* SHA-256 of the TXT strings, joined */
	struct str algorithm; /* "rsa", "ed25519", "-": none that we compute */
	uint64_t bits;
	struct hash answer; /* SHA-256 of the packet */
};

/*
 * Write a whole record to an empty buf (BUF_MAX(LIMIT_RECORD)).  0, or -1 with ERR_LIMIT or, when
 * a string given does not fit the grammar, ERR_SYNTAX: what was written is parsed again.
 */
int record_log_write(
    struct buf *out, const struct record_head *h, const struct record_log *l, struct err *e);
int record_message_write(
    struct buf *out, const struct record_head *h, const struct record_message *m, struct err *e);
int record_key_write(
    struct buf *out, const struct record_head *h, const struct record_key *k, struct err *e);
/* Examinations: seal/examination.h, which gives the body. */
int record_write(struct buf *out, const struct record_head *h, struct str body, struct err *e);

/* A record as views into its bytes. */
struct record {
	struct str bytes;
	struct str head_text;
	struct record_head head;
	struct str body; /* the lines after the head: for grammar_next, grammar_find */
};

/* 0, or -1 with ERR_SYNTAX "line 4: seq: …" or ERR_LIMIT. */
int record_parse(struct str bytes, struct record *r, struct err *e);

/* Of a record of that kind. */
void record_log_read(const struct record *r, struct record_log *l);
void record_message_read(const struct record *r, struct record_message *m);
void record_key_read(const struct record *r, struct record_key *k);
struct segroots record_segments(const struct record *r); /* message, examination */
/* Of any: the first argument of the first line of that name; empty when there is none. */
struct str record_value(const struct record *r, const char *name);
/* Of any: the commitment under that label; zeros when there is none. */
struct hash record_commit(const struct record *r, struct str label);

/* What an examination's lines say of a signature and of the chain (grammar.h). */
#define RECORD_RESULT "{none,pass,fail,policy,neutral,temperror,permerror}"
#define RECORD_SIGNATURE                                 \
	"result=" RECORD_RESULT " crypto=" RECORD_RESULT \
	" algorithm={rsa-sha1,rsa-sha256,ed25519-sha256,-} bits=n code=word t=n|- x=n|-"
enum record_signature_arg { /* of such a line, in grammar_line.arg */
	RECORD_ARG_NUMBER,
	RECORD_ARG_RESULT,
	RECORD_ARG_CRYPTO,
	RECORD_ARG_ALGORITHM,
	RECORD_ARG_BITS,
	RECORD_ARG_CODE,
	RECORD_ARG_T,
	RECORD_ARG_X,
	RECORD_ARG_KEY,
};
#define RECORD_ARC "result=" RECORD_RESULT " code=word sets=n oldest-pass=n|-"
#define RECORD_SPF                                                                          \
	"result={none,pass,fail,softfail,neutral,temperror,permerror} code=word identity={" \
	"mailfrom,helo,-}"
#define RECORD_DMARC                                                                 \
	"result=" RECORD_RESULT " code=word policy={none,quarantine,reject,-} pct=n" \
	" at={domain,organizational,-} adkim={r,s} aspf={r,s} suffix-list=word|- words"
#define RECORD_DMARC_WALK                                                      \
	"result=" RECORD_RESULT " code=word policy={none,quarantine,reject,-}" \
	" at={domain,organizational,suffix,-} labels=n words"
void record_put_segments(struct buf *out, const struct segroots *s);

struct hash record_hash(struct str bytes);
/* What the log holds: SHA-256("mailseal/leaf/v1\0" || leaf salt || record's hash). */
struct hash record_entry(struct hash leaf_salt, struct hash record);
/* SHA-256("mailseal/key/v1\0" || content key). */
struct hash record_key_check(struct hash content_key);

enum {
	RECORD_NUMBER_MAX = 32,
};
/* What people cite: "2026-000123", the year (UTC) and the leaf's index; NUL-terminated. */
char *record_number(char out[RECORD_NUMBER_MAX], uint64_t time_ms, uint64_t seq);

#endif
