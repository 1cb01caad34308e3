/* SPDX-License-Identifier: ISC */
#include "seal/record.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/limits.h"
#include "seal/record_mailbox.h"
#include "seal/utc.h"

#define SEGMENTS  "n=n root=hash root2=hash512"
#define UIDS      "n uids|- more=n"
#define SIGNATURE "n " RECORD_SIGNATURE " key=hash|-"

static const struct grammar_row head_grammar[] = {
	{ "mailseal-record/1", NULL },
	{ "kind", "{log,message,examination,key,mailbox}" },
	{ "log", "graph" },
	{ "seq", "n" },
	{ "log-previous", "hash" },
	{ "nonce", "hash" },
	{ "time", "n sync={yes,no} error-ms=n" },
	{ "software", "word hash" },
	{ "object", "sha256=hash|- key-check=hash|-" },
	{ 0 },
};

static const char *const log_events[] = {
	[RECORD_START] = "start",
	[RECORD_CUSTODIANS] = "custodians",
};

static const struct grammar_row log_grammar[] = {
	{ "event", "{start,custodians}" },
	{ "vkey", "graph" },
	{ "recovery", "graph" },
	{ "custodian", "hash", GRAMMAR_ANY },
	{ 0 },
};

static const struct grammar_row message_grammar[] = {
	{ "number", "word" },
	{ "commit", "'account hash" },
	{ "commit", "'folder hash" },
	{ "uidvalidity", "n" },
	{ "uid", "n" },
	{ "internaldate", "n" },
	{ "tls", "{TLSv1.2,TLSv1.3} certificate=hash" },
	{ "commit", "'size hash" },
	{ "commit", "'rfc822-size hash" },
	{ "commit", "'x-gm-msgid hash", GRAMMAR_MAYBE },
	{ "segments", SEGMENTS },
	{ "ers", "m=hash" },
	{ "previous", "n|-" },
	{ "copy", "n", GRAMMAR_MAYBE },
	{ 0 },
};

static const struct grammar_row examination_grammar[] = {
	{ "of", "n" },
	{ "message-record", "hash" },
	{ "as-of", "n" },
	{ "segments", SEGMENTS },
	{ "evidence",
	    "n hash|- type=n outcome={answered,failed} security={insecure,secure,bogus} chain='-",
	    GRAMMAR_ANY },
	{ "rules", "n" },
	{ "dkim", SIGNATURE, GRAMMAR_ANY },
	{ "arc", RECORD_ARC },
	{ "arc-set", "n cv={none,pass,fail,-}", GRAMMAR_ANY },
	{ "ams", SIGNATURE, GRAMMAR_ANY },
	{ "seal", SIGNATURE, GRAMMAR_ANY },
	{ "spf", RECORD_SPF },
	{ "dmarc", RECORD_DMARC },
	{ "dmarc-walk", RECORD_DMARC_WALK },
	{ "claim", "word {holds,fails,not-proven} words", GRAMMAR_ANY },
	{ "finding", "word {note,weakens,breaks} text", GRAMMAR_ANY },
	{ "commit", "word hash", GRAMMAR_ANY },
	{ "complete", "{yes,no}" },
	{ 0 },
};

static const struct grammar_row key_grammar[] = {
	{ "event", "'first-seen" },
	{ "commit", "'owner hash" },
	{ "value-hash", "hash" },
	{ "algorithm", "{rsa,ed25519,-}" },
	{ "bits", "n" },
	{ "answer", "hash" },
	{ "chain", "'-" },
	{ "observers", "n" },
	{ 0 },
};

static const struct grammar_row mailbox_grammar[] = {
	{ "event", "{connect,heartbeat,retire}" },
	{ "commit", "'account hash" },
	{ "commit", "'folder hash" },
	{ "uidvalidity", "n" },
	{ "uidnext", "n" },
	{ "exists", "n listed=n" },
	{ "highestmodseq", "n|-" },
	{ "sealed", UIDS },
	{ "gone", UIDS },
	{ "failed", UIDS },
	{ "watched-until", "n|-" },
	{ "previous", "n|-" },
	{ 0 },
};

static const struct {
	const char *name;
	const struct grammar_row *grammar;
} kinds[RECORD_KINDS] = {
	[RECORD_LOG] = { "log", log_grammar },
	[RECORD_MESSAGE] = { "message", message_grammar },
	[RECORD_EXAMINATION] = { "examination", examination_grammar },
	[RECORD_KEY] = { "key", key_grammar },
	[RECORD_MAILBOX] = { "mailbox", mailbox_grammar },
};

const char *
record_kind_word(enum record_kind kind)
{
	return kinds[kind].name;
}

char *
record_number(char out[RECORD_NUMBER_MAX], uint64_t time_ms, uint64_t seq)
{
	snprintf(out, RECORD_NUMBER_MAX, "%04u-%06llu", utc_of(time_ms / 1000).year % 10000,
	    (unsigned long long)seq);
	return out;
}

static struct hash
tagged(struct str tag, struct str a, struct str b)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	uint8_t out[64];
	struct hash h;

	digest_add(d, tag);
	digest_add(d, a);
	digest_add(d, b);
	digest_end(d, out);
	digest_free(d);
	memcpy(h.b, out, sizeof h.b);
	return h;
}

struct hash
record_hash(struct str bytes)
{
	return sha256(bytes);
}

struct hash
record_entry(struct hash leaf_salt, struct hash record)
{
	return tagged(str_bytes("mailseal/leaf/v1", sizeof "mailseal/leaf/v1"),
	    hash_str(&leaf_salt), hash_str(&record));
}

struct hash
record_key_check(struct hash content_key)
{
	return tagged(str_bytes("mailseal/key/v1", sizeof "mailseal/key/v1"),
	    hash_str(&content_key), (struct str){ 0 });
}

/* Writing. */

static void
put_number(struct buf *out, const char *before, uint64_t n)
{
	buf_printf(out, "%s%llu", before, (unsigned long long)n);
}

static void
put_hash(struct buf *out, const char *before, struct hash h, const char *after)
{
	char hex[65];

	buf_printf(out, "%s%s%s", before, hex_encode(hex, h.b, sizeof h.b), after);
}

static void
put_str(struct buf *out, const char *before, struct str s, const char *after)
{
	buf_add(out, str_of(before));
	buf_add(out, s);
	buf_add(out, str_of(after));
}

void
record_put_segments(struct buf *out, const struct segroots *s)
{
	char hex[129];

	put_number(out, "segments n=", s->n);
	put_hash(out, " root=", s->root, "");
	buf_printf(out, " root2=%s\n", hex_encode(hex, s->root2.b, sizeof s->root2.b));
}

static void
put_head(struct buf *out, const struct record_head *h)
{
	buf_printf(out, "mailseal-record/1\nkind %s\n", kinds[h->kind].name);
	put_str(out, "log ", h->origin, "\n");
	put_number(out, "seq ", h->seq);
	put_hash(out, "\nlog-previous ", h->log_previous, "\n");
	put_hash(out, "nonce ", h->nonce, "\n");
	put_number(out, "time ", h->time_ms);
	buf_printf(out, " sync=%s", h->sync ? "yes" : "no");
	put_number(out, " error-ms=", h->error_ms);
	put_str(out, "\nsoftware ", h->version, " ");
	put_hash(out, "", h->binary, "\n");
	if (h->has_object) {
		put_hash(out, "object sha256=", h->object, "");
		put_hash(out, " key-check=", h->key_check, "\n");
	} else {
		buf_add(out, STR("object sha256=- key-check=-\n"));
	}
}

int
record_write(struct buf *out, const struct record_head *h, struct str body, struct err *e)
{
	struct record again;

	put_head(out, h);
	buf_add(out, body);
	if (buf_check(out, "record", e) == -1)
		return -1;
	return record_parse(buf_str(out), &again, e);
}

int
record_log_write(
    struct buf *out, const struct record_head *h, const struct record_log *l, struct err *e)
{
	struct buf body = BUF_MAX(LIMIT_RECORD);
	int rc;

	buf_printf(&body, "event %s\n", log_events[l->event]);
	put_str(&body, "vkey ", l->vkey, "\n");
	put_str(&body, "recovery ", l->recovery, "\n");
	for (size_t i = 0; i < l->n_custodians; i++)
		put_hash(&body, "custodian ", l->custodian[i], "\n");
	rc = record_write(out, h, buf_str(&body), e);
	buf_free(&body);
	return rc;
}

int
record_message_write(
    struct buf *out, const struct record_head *h, const struct record_message *m, struct err *e)
{
	struct buf body = BUF_MAX(LIMIT_RECORD);
	char number[RECORD_NUMBER_MAX];
	int rc;

	buf_printf(&body, "number %s\n", record_number(number, h->time_ms, h->seq));
	put_hash(&body, "commit account ", m->account, "\n");
	put_hash(&body, "commit folder ", m->folder, "\n");
	put_number(&body, "uidvalidity ", m->uidvalidity);
	put_number(&body, "\nuid ", m->uid);
	put_number(&body, "\ninternaldate ", m->internaldate);
	put_str(&body, "\ntls ", m->tls, "");
	put_hash(&body, " certificate=", m->certificate, "\n");
	put_hash(&body, "commit size ", m->size, "\n");
	put_hash(&body, "commit rfc822-size ", m->rfc822_size, "\n");
	if (m->has_gm_msgid)
		put_hash(&body, "commit x-gm-msgid ", m->gm_msgid, "\n");
	record_put_segments(&body, &m->segments);
	put_hash(&body, "ers m=", m->ers, "\nprevious ");
	if (m->has_previous)
		put_number(&body, "", m->previous);
	buf_add(&body, str_of(m->has_previous ? "\n" : "-\n"));
	if (m->has_copy) {
		put_number(&body, "copy ", m->copy);
		buf_byte(&body, '\n');
	}
	rc = record_write(out, h, buf_str(&body), e);
	buf_free(&body);
	return rc;
}

int
record_key_write(
    struct buf *out, const struct record_head *h, const struct record_key *k, struct err *e)
{
	struct buf body = BUF_MAX(LIMIT_RECORD);
	int rc;

	put_hash(&body, "event first-seen\ncommit owner ", k->owner, "\n");
	put_hash(&body, "value-hash ", k->value, "\n");
	put_str(&body, "algorithm ", k->algorithm, "\n");
	put_number(&body, "bits ", k->bits);
	put_hash(&body, "\nanswer ", k->answer, "\nchain -\nobservers 1\n");
	rc = record_write(out, h, buf_str(&body), e);
	buf_free(&body);
	return rc;
}

/* Reading. */

/* The head is as many lines as its table has. */
static int
split_head(struct str bytes, struct str *head, struct str *body, struct err *e)
{
	struct str line;

	*body = bytes;
	for (const struct grammar_row *row = head_grammar; row->name != NULL; row++)
		if (!str_line(body, &line))
			return err_set(e, ERR_SYNTAX, "the line is missing: %s", row->name);
	*head = str_head(bytes, bytes.n - body->n);
	return grammar_check(head_grammar, *head, e);
}

static enum record_kind
kind_named(struct str name)
{
	unsigned kind = 0;

	while (!str_eq(name, str_of(kinds[kind].name)))
		kind++;
	return kind;
}

static void
read_head(struct str head, struct record_head *h)
{
	struct grammar_line l;

	*h = (struct record_head){ 0 };
	grammar_next(&head, &l);
	grammar_next(&head, &l);
	h->kind = kind_named(l.arg[0]);
	grammar_next(&head, &l);
	h->origin = l.arg[0];
	grammar_next(&head, &l);
	h->seq = grammar_number(l.arg[0]);
	grammar_next(&head, &l);
	h->log_previous = grammar_hash(l.arg[0]);
	grammar_next(&head, &l);
	h->nonce = grammar_hash(l.arg[0]);
	grammar_next(&head, &l);
	h->time_ms = grammar_number(l.arg[0]);
	h->sync = str_eq(l.arg[1], STR("yes"));
	h->error_ms = grammar_number(l.arg[2]);
	grammar_next(&head, &l);
	h->version = l.arg[0];
	h->binary = grammar_hash(l.arg[1]);
	grammar_next(&head, &l);
	h->has_object = !str_eq(l.arg[0], STR("-"));
	h->object = grammar_hash(l.arg[0]);
	h->key_check = grammar_hash(l.arg[1]);
}

/* What the tables cannot say. */
static int
check_sense(const struct record *r, struct err *e)
{
	char number[RECORD_NUMBER_MAX];
	struct grammar_line l;

	grammar_find(r->head_text, "object", &l);
	if (str_eq(l.arg[0], STR("-")) != str_eq(l.arg[1], STR("-")))
		return err_set(e, ERR_SYNTAX, "object: both hashes or none");
	if (r->head.kind == RECORD_LOG && grammar_find(r->body, "event", &l) &&
	    str_eq(l.arg[0], STR("start")) != (r->head.seq == 0))
		return err_set(e, ERR_SYNTAX, "event: record 0, and no other, starts a log");
	if (r->head.kind == RECORD_MESSAGE && grammar_find(r->body, "copy", &l) &&
	    grammar_number(l.arg[0]) >= r->head.seq)
		return err_set(e, ERR_SYNTAX, "copy: of a record that is not before this one");
	if (r->head.kind == RECORD_MESSAGE && grammar_find(r->body, "number", &l) &&
	    !str_eq(l.arg[0], str_of(record_number(number, r->head.time_ms, r->head.seq))))
		return err_set(e, ERR_SYNTAX, "number: by time and seq it is %s", number);
	if (r->head.kind == RECORD_MAILBOX)
		return record_mailbox_check(r, e);
	return 0;
}

int
record_parse(struct str bytes, struct record *r, struct err *e)
{
	if (bytes.n > LIMIT_RECORD)
		return err_set(e, ERR_LIMIT, "record: more than %u bytes", LIMIT_RECORD);
	*r = (struct record){ .bytes = bytes };
	if (split_head(bytes, &r->head_text, &r->body, e) == -1)
		return err_at(e, "record, head");
	read_head(r->head_text, &r->head);
	if (grammar_check(kinds[r->head.kind].grammar, r->body, e) == -1 || check_sense(r, e) == -1)
		return err_at(e, "%s record, after the head", kinds[r->head.kind].name);
	return 0;
}

static struct grammar_line
line_of(const struct record *r, const char *name)
{
	struct grammar_line l;

	return grammar_find(r->body, name, &l) ? l : (struct grammar_line){ 0 };
}

struct str
record_value(const struct record *r, const char *name)
{
	return line_of(r, name).arg[0];
}

struct hash
record_commit(const struct record *r, struct str label)
{
	struct grammar_line l = { 0 };

	if (!grammar_find_arg(r->body, "commit", label, &l))
		return (struct hash){ 0 };
	return grammar_hash(l.arg[1]);
}

void
record_log_read(const struct record *r, struct record_log *l)
{
	assert(r->head.kind == RECORD_LOG);
	*l = (struct record_log){ .event = r->head.seq == 0 ? RECORD_START : RECORD_CUSTODIANS,
		.vkey = record_value(r, "vkey"),
		.recovery = record_value(r, "recovery") };
}

void
record_message_read(const struct record *r, struct record_message *m)
{
	struct grammar_line tls = line_of(r, "tls");
	struct str previous = record_value(r, "previous"), copy = record_value(r, "copy");

	assert(r->head.kind == RECORD_MESSAGE);
	*m = (struct record_message){
		.account = record_commit(r, STR("account")),
		.folder = record_commit(r, STR("folder")),
		.uidvalidity = grammar_number(record_value(r, "uidvalidity")),
		.uid = grammar_number(record_value(r, "uid")),
		.internaldate = grammar_number(record_value(r, "internaldate")),
		.tls = tls.arg[0],
		.certificate = grammar_hash(tls.arg[1]),
		.size = record_commit(r, STR("size")),
		.rfc822_size = record_commit(r, STR("rfc822-size")),
		.gm_msgid = record_commit(r, STR("x-gm-msgid")),
		.segments = record_segments(r),
		.ers = grammar_hash(record_value(r, "ers")),
		.has_previous = !str_eq(previous, STR("-")),
		.previous = grammar_number(previous),
		.has_copy = copy.n > 0,
		.copy = grammar_number(copy),
	};
	m->has_gm_msgid = !hash_eq(m->gm_msgid, (struct hash){ 0 });
}

void
record_key_read(const struct record *r, struct record_key *k)
{
	assert(r->head.kind == RECORD_KEY);
	*k = (struct record_key){
		.owner = record_commit(r, STR("owner")),
		.value = grammar_hash(record_value(r, "value-hash")),
		.algorithm = record_value(r, "algorithm"),
		.bits = grammar_number(record_value(r, "bits")),
		.answer = grammar_hash(record_value(r, "answer")),
	};
}

struct segroots
record_segments(const struct record *r)
{
	struct grammar_line l = line_of(r, "segments");
	struct segroots s = { .n = grammar_number(l.arg[0]), .root = grammar_hash(l.arg[1]) };

	hex_decode(l.arg[2], s.root2.b, sizeof s.root2.b);
	return s;
}
