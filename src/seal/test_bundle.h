/* SPDX-License-Identifier: ISC */
#ifndef SEAL_TEST_BUNDLE_H
#define SEAL_TEST_BUNDLE_H

#include "auth/test_message.h"
#include "base/limits.h"
#include "seal/bundle.h"
#include "seal/examination.h"
#include "tlog/checkpoint.h"
#include "tlog/proof.h"

/*
 * test_bundle: a small log in memory, with one message, its key and its examination, exported as
 * the command line does it; for this folder's tests.
 */
#define TEST_ORIGIN "log.example.com/test"
#define TEST_ZONE                                          \
	"s._domainkey.example.org. TXT \"" TEST_KEY "\"\n" \
	"example.org. TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"

enum {
	TEST_RECORDS = 4 + 24, /* log, message, key, examination; of a forgery more of these */
	TEST_PACKETS = 8,
	TEST_COSTLY = 1800000, /* bytes of a field that is signed again and again */
	TEST_TIME = 1767225600,
};

/* What an operator who has the log's key might do. */
struct test_forgery {
	enum record_kind kind;    /* in a record of this kind, when old is set */
	const char *old, *new;    /* the first `old` is replaced before the record is hashed */
	int split;                /* bytes by which the header is made longer */
	bool other_key;           /* the checkpoint is signed with another key */
	const char *hide, *show;  /* a value of the message's record, and what is shown instead */
	const char *packet;       /* one more */
	const char *size;         /* that the message is said to have */
	const char *kind_of_body; /* the second segment's */
	bool coarse;              /* the examination has one segment */
	unsigned more;            /* examinations after the first */
	bool received;            /* it has a trace of its provider */
	bool costly;              /* to examine it takes as long as can be */
};

struct test_bundle {
	const struct test_forgery *forgery;
	struct buf message, record[TEST_RECORDS], values[TEST_RECORDS], proof[TEST_RECORDS];
	struct bundle_record in[TEST_RECORDS];
	size_t n;
	struct hash hash[TEST_RECORDS], leaf[TEST_RECORDS];
	uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
	struct buf vkey, zip;
};

#define TEST_SIGNATURE                                                                        \
	"dkim-signature:v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from" \
	"%s; bh=VSuraGTHp7aaUC7RhUuSRcDhow8AiqoLKB2mJYX9sCU=; b="

static inline void
test_costly(struct buf *out)
{
	for (unsigned i = 0; i < LIMIT_SIGNATURES_VERIFIED; i++)
		buf_printf(out, TEST_SIGNATURE "AAAA\r\n", ":x");
	buf_add(out, STR("x:"));
	memset(buf_room(out, TEST_COSTLY), 'a', TEST_COSTLY);
	buf_add(out, STR("\r\n"));
}

/* Signed by example.org over From and the body; with another body it is not. */
static inline void
test_letter(struct buf *out, const char *body)
{
	char head[300];

	snprintf(head, sizeof head, TEST_SIGNATURE, "");
	test_sign(out, head, "from:a@example.org\r\n");
	buf_printf(out, "from:a@example.org\r\nto:b@example.org\r\n\r\n%s\r\n", body);
}

static inline struct record_head
test_head(const struct test_bundle *t, enum record_kind kind)
{
	struct record_head h = { .kind = kind,
		.origin = STR(TEST_ORIGIN),
		.seq = t->n,
		.time_ms = TEST_TIME * UINT64_C(1000),
		.version = STR("0") };

	memset(h.nonce.b, (int)t->n, sizeof h.nonce.b);
	if (t->n > 0)
		h.log_previous = t->hash[t->n - 1];
	return h;
}

static inline void
test_replace(struct buf *b, const char *old, const char *new)
{
	struct buf again = BUF_MAX(b->max);
	ptrdiff_t at = str_find(buf_str(b), str_of(old));

	assert_int_not_equal(at, -1);
	buf_add(&again, str_head(buf_str(b), (size_t)at));
	buf_add(&again, str_of(new));
	buf_add(&again, str_from(buf_str(b), (size_t)at + strlen(old)));
	buf_free(b);
	*b = again;
}

static inline void
test_forge(struct test_bundle *t)
{
	const struct test_forgery *f = t->forgery;
	struct record r;

	if (f == NULL)
		return;
	assert_int_equal(record_parse(buf_str(&t->record[t->n]), &r, NULL), 0);
	if (f->old != NULL && r.head.kind == f->kind)
		test_replace(&t->record[t->n], f->old, f->new);
	if (f->hide != NULL && r.head.kind == RECORD_MESSAGE)
		test_replace(&t->values[t->n], f->hide, f->show != NULL ? f->show : "");
}

/* The record was written to record[n]. */
static inline void
test_append(struct test_bundle *t)
{
	struct bundle_record *in = &t->in[t->n];
	struct hash entry;

	test_forge(t);
	in->record = buf_str(&t->record[t->n]);
	in->values = buf_str(&t->values[t->n]);
	memset(in->leaf_salt.b, 0xa0 + (int)t->n, sizeof in->leaf_salt.b);
	t->hash[t->n] = record_hash(in->record);
	entry = record_entry(in->leaf_salt, t->hash[t->n]);
	t->leaf[t->n++] = hash_leaf(hash_str(&entry));
}

static inline void
test_add_log(struct test_bundle *t)
{
	struct record_head h = test_head(t, RECORD_LOG);
	struct record_log log = { .vkey = buf_str(&t->vkey), .recovery = buf_str(&t->vkey) };

	assert_int_equal(record_log_write(&t->record[t->n], &h, &log, NULL), 0);
	test_append(t);
}

static inline struct segroots
test_segments(struct test_bundle *t, const struct segment *s, size_t n)
{
	struct seghash *h = seghash_new(&t->in[t->n].seed);
	struct segroots roots;

	for (size_t i = 0; i < n; i++) {
		struct str bytes = str_from(buf_str(&t->message), s[i].offset);

		assert_int_equal(seghash_begin(h, s[i].length, str_of(s[i].kind), NULL), 0);
		seghash_add(h, bytes);
		values_add_segment(
		    &t->values[t->n], i, s[i].offset, s[i].length, str_of(s[i].kind));
	}
	assert_int_equal(seghash_end(h, &roots, NULL), 0);
	seghash_free(h);
	return roots;
}

static inline void
test_add_message(struct test_bundle *t)
{
	struct record_head h = test_head(t, RECORD_MESSAGE);
	const struct seed *seed = &t->in[t->n].seed;
	struct buf *values = &t->values[t->n];
	uint64_t header = (uint64_t)str_find(buf_str(&t->message), STR("\r\n\r\n")) + 4 +
	                  (uint64_t)(t->forgery != NULL ? t->forgery->split : 0);
	const char *said = t->forgery != NULL ? t->forgery->size : NULL;
	char size[32];
	const struct segment two[] = { { 0, header, "header" },
		{ header, t->message.n - header,
		    t->forgery != NULL && t->forgery->kind_of_body != NULL
		        ? t->forgery->kind_of_body
		        : "body" } };
	struct record_message m;

	snprintf(size, sizeof size, "%zu", t->message.n);
	m = (struct record_message){
		.account = values_commit(values, seed, STR("account"), STR("filing@example.com")),
		.folder = values_commit(values, seed, STR("folder"), STR("INBOX")),
		.uidvalidity = 1,
		.uid = 1,
		.internaldate = TEST_TIME,
		.tls = STR("TLSv1.3"),
		.size =
		    values_commit(values, seed, STR("size"), str_of(said != NULL ? said : size)),
		.rfc822_size = values_commit(values, seed, STR("rfc822-size"), STR("1")),
		.segments = test_segments(t, two, 2),
		.ers = ers_m(sha256(buf_str(&t->message)), commit_salt(seed, STR("ers"))),
	};

	assert_int_equal(record_message_write(&t->record[t->n], &h, &m, NULL), 0);
	test_append(t);
}

static inline void
test_add_key(struct test_bundle *t, const struct key_line *k)
{
	struct record_head h = test_head(t, RECORD_KEY);
	struct record_key key = {
		.owner = values_commit(
		    &t->values[t->n], &t->in[t->n].seed, STR("owner"), k->answer->name),
		.value = k->value,
		.algorithm = k->algorithm,
		.bits = k->bits,
		.answer = k->packet,
	};

	assert_int_equal(record_key_write(&t->record[t->n], &h, &key, NULL), 0);
	test_append(t);
}

/* The key's record, when there is one, and the examination. */
static inline void
test_add_examination(struct test_bundle *t, const struct examination *x, const struct evidence *ev)
{
	struct buf text = BUF_MAX(LIMIT_EXAMINATION_LINES), body = BUF_MAX(LIMIT_RECORD);
	struct examination_lines lines;
	struct salter salter = { 0 };
	struct examination_about about = { .of = 1,
		.message_record = t->hash[1],
		.as_of = TEST_TIME,
		.ev = ev,
		.salter = &salter };
	const struct segment whole = { 0, x->size, "rest" };
	struct examination said = *x;
	struct record_head h;
	struct key_line k;
	struct str rest;

	if (t->forgery != NULL && t->forgery->coarse) {
		said.segments = &whole;
		said.n_segments = 1;
	}
	examination_write(&text, &said);
	assert_int_equal(examination_read(buf_str(&text), x->size, ev, &lines, NULL), 0);
	rest = lines.text;
	if (t->n == 2 && examination_key(&rest, ev, &k))
		test_add_key(t, &k);
	about.key_record = &t->hash[2];
	about.segments = test_segments(t, said.segments, said.n_segments);
	buf_clear(&t->values[t->n]);
	salter.seed = &t->in[t->n].seed;
	assert_int_equal(examination_record(&body, &t->values[t->n], &lines, &about, NULL), 0);
	h = test_head(t, RECORD_EXAMINATION);
	assert_int_equal(record_write(&t->record[t->n], &h, buf_str(&body), NULL), 0);
	test_append(t);
	buf_free(&text);
	buf_free(&body);
}

static inline void
test_checkpoint(struct test_bundle *t, const struct tlog_tree *tree, struct buf *out)
{
	const struct vkey key = vkey_make(STR(TEST_ORIGIN), NOTE_ED25519, t->public);
	const struct checkpoint c = { STR(TEST_ORIGIN), { tree->size, tlog_root(tree) }, STR("") };
	uint8_t sig[crypto_sign_BYTES];

	if (t->forgery != NULL && t->forgery->other_key)
		t->secret[0] ^= 1;
	checkpoint_add(out, &c);
	crypto_sign_detached(sig, NULL, (const uint8_t *)out->p, out->n, t->secret);
	buf_byte(out, '\n');
	note_add_line(out, &key, str_bytes(sig, sizeof sig));
}

/* Roots of complete subtrees, from the leaves. */
static inline int
test_node(void *ctx, unsigned level, uint64_t index, struct hash *out, struct err *e)
{
	struct test_bundle *t = ctx;
	struct hash left, right;

	if (level == 0) {
		*out = t->leaf[index];
		return 0;
	}
	if (test_node(ctx, level - 1, 2 * index, &left, e) == -1 ||
	    test_node(ctx, level - 1, 2 * index + 1, &right, e) == -1)
		return -1;
	*out = hash_node(left, right);
	return 0;
}

static inline void
test_prove(struct test_bundle *t)
{
	const struct tlog_reader reader = { test_node, t };
	struct buf checkpoint = BUF_MAX(LIMIT_NOTE);
	struct tlog_tree tree = { 0 };

	for (size_t i = 0; i < t->n; i++)
		tlog_append(&tree, t->leaf[i]);
	test_checkpoint(t, &tree, &checkpoint);
	for (size_t i = 0; i < t->n; i++) {
		struct tlog_proof p = { .index = i, .checkpoint = buf_str(&checkpoint) };
		int n = tlog_inclusion(&reader, i, t->n, p.hash, NULL);

		assert_int_not_equal(n, -1);
		p.n = (size_t)n;
		proof_add(&t->proof[i], &p);
		t->in[i].proof = buf_str(&t->proof[i]);
	}
	buf_free(&checkpoint);
}

static inline int
test_append_bytes(void *ctx, struct str bytes, struct err *e)
{
	(void)e;
	buf_add(ctx, bytes);
	return 0;
}

/* Examine the message as of TEST_TIME with this DNS, seal and export it. */
static inline void
test_seal(struct test_bundle *t, const char *zone)
{
	struct test_examined x;
	struct needs needs;
	struct str packet[TEST_PACKETS];
	struct bundle_in in = { .record = t->in };
	struct err e = { 0 };

	test_examine(&x, buf_str(&t->message), t->message.n, zone, TEST_TIME);
	examine_filed(x.x);
	test_add_log(t);
	test_add_message(t);
	for (unsigned i = 0; i <= (t->forgery != NULL ? t->forgery->more : 0); i++)
		test_add_examination(
		    t, examine_run(x.x, &x.evidence, TEST_TIME, &needs), &x.evidence);
	test_prove(t);
	in.message = buf_str(&t->message);
	in.n_records = t->n;
	in.packet = packet;
	for (size_t i = 0; i < x.evidence.n; i++)
		if (x.answer[i].outcome == DNS_ANSWERED)
			packet[in.n_packets++] = x.answer[i].packet;
	if (t->forgery != NULL && t->forgery->packet != NULL)
		packet[in.n_packets++] = str_of(t->forgery->packet);
	if (bundle_write(&in, (struct zip_sink){ test_append_bytes, &t->zip }, &e) == -1)
		fail_msg("%s", e.text);
	test_examined_free(&x);
}

static inline struct test_bundle *
test_bundle_new(const char *body, const char *zone, const struct test_forgery *forgery)
{
	struct test_bundle *t = calloc(1, sizeof *t);
	uint8_t seed[crypto_sign_SEEDBYTES] = { 1 };
	struct vkey key;

	assert_non_null(t);
	t->forgery = forgery;
	t->message.max = LIMIT_HEADER;
	t->vkey.max = 1 << 20;
	t->zip.max = 1 << 24;
	for (int i = 0; i < TEST_RECORDS; i++) {
		t->record[i].max = t->values[i].max = t->proof[i].max = 1 << 20;
		memset(t->in[i].seed.b, 0x50 + i, sizeof t->in[i].seed.b);
	}
	crypto_sign_seed_keypair(t->public, t->secret, seed);
	key = vkey_make(STR(TEST_ORIGIN), NOTE_ED25519, t->public);
	vkey_add(&t->vkey, &key);
	if (forgery != NULL && forgery->costly)
		test_costly(&t->message);
	if (forgery != NULL && forgery->received)
		buf_add(
		    &t->message, STR("Return-Path: <u@example.org>\r\nReceived: from h "
		                     "(r [192.0.2.1]) by x; Thu, 1 Jan 2026 00:00:00 +0000\r\n"));
	test_letter(&t->message, body);
	test_seal(t, zone);
	return t;
}

static inline void
test_bundle_free(struct test_bundle *t)
{
	for (int i = 0; i < TEST_RECORDS; i++) {
		buf_free(&t->record[i]);
		buf_free(&t->values[i]);
		buf_free(&t->proof[i]);
	}
	buf_free(&t->message);
	buf_free(&t->vkey);
	buf_free(&t->zip);
	free(t);
}

#endif
