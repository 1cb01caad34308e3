/* SPDX-License-Identifier: ISC */
/* keeper_message: a message, as a fetcher brings it, becomes a record. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/keeper_trouble.h"
#include "daemon/protocol.h"
#include "msg/split.h"
#include "proc/event.h"
#include "proc/loop.h"
#include "proc/program.h"
#include "seal/values.h"
#include "store/twin.h"

/* A message on its way in. */
struct arrival {
	struct box *box;
	int64_t began_ms; /* monotonic */
	uint64_t uid, internaldate, rfc822_size, gm_msgid;
	int fd;
	uint64_t size;      /* of what is in fd */
	uint64_t header;    /* bytes of it before the body */
	struct hash sha256; /* of all */
	struct hash dedup;
};

/* ---- first pass: how long, where the body begins, and which bytes ---- */

static int
check_memfd(struct arrival *a, struct err *e)
{
	int seals = fcntl(a->fd, F_GET_SEALS), want = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
	struct stat st;

	if (seals == -1 || (seals & want) != want || fstat(a->fd, &st) == -1)
		return err_set(e, ERR_SYNTAX, "a message that is not a sealed memfd");
	if ((uint64_t)st.st_size > LIMIT_MESSAGE)
		return err_set(e, ERR_LIMIT, "a message of %lld bytes", (long long)st.st_size);
	a->size = (uint64_t)st.st_size;
	return 0;
}

static int
survey(struct arrival *a, struct err *e)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	struct split split = split_start();
	char chunk[KEEPER_CHUNK];
	uint8_t out[64];
	ssize_t got = 0;

	for (uint64_t at = 0; got != -1 && at < a->size; at += (uint64_t)got) {
		got = keeper_read(a->fd, chunk, at, a->size, e);
		if (got == -1)
			break;
		digest_add(d, str_bytes(chunk, (size_t)got));
		if (!split_done(&split))
			split_add(&split, str_bytes(chunk, (size_t)got));
	}
	digest_end(d, out);
	digest_free(d);
	memcpy(a->sha256.b, out, sizeof a->sha256.b);
	a->header = split.header;
	return got == -1 ? -1 : 0;
}

/* The body alone: what passes unchanged, to whatever mailbox. */
static int
hash_body(const struct arrival *a, struct hash *out, struct err *e)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	char chunk[KEEPER_CHUNK];
	uint8_t sha256[64];
	ssize_t got = 0;

	for (uint64_t at = a->header; got != -1 && at < a->size; at += (uint64_t)got) {
		got = keeper_read(a->fd, chunk, at, a->size, e);
		if (got != -1)
			digest_add(d, str_bytes(chunk, (size_t)got));
	}
	digest_end(d, sha256);
	digest_free(d);
	memcpy(out->b, sha256, sizeof out->b);
	return got == -1 ? -1 : 0;
}

/* ---- second pass: the segments' roots ---- */

static int
hash_segments(
    const struct arrival *a, const struct seed *seed, struct segroots *roots, struct err *e)
{
	struct seghash *s = seghash_new(seed);
	int rc = keeper_hash_segment(s, a->fd, 0, a->header, STR("header"), e);

	if (rc == 0)
		rc = keeper_hash_segment(s, a->fd, a->header, a->size, STR("body"), e);
	if (rc == 0)
		rc = seghash_end(s, roots, e);
	seghash_free(s);
	return rc;
}

/* ---- third pass, while it is encrypted; then the record ---- */

static struct hash
commit_number(struct sealing *s, const char *label, uint64_t n)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
	return values_commit(&s->values, &s->seed, str_of(label), str_of(digits));
}

static int
describe(struct keeper *k, const struct arrival *a, struct sealing *s, struct record_message *m,
    struct err *e)
{
	const struct box *box = a->box;
	int previous, copy;

	*m = (struct record_message){ .uidvalidity = box->uidvalidity,
		.uid = a->uid,
		.internaldate = a->internaldate,
		.tls = str_of(box->tls),
		.certificate = box->certificate };
	m->account = values_commit(&s->values, &s->seed, STR("account"), str_of(box->conf->user));
	m->folder = values_commit(&s->values, &s->seed, STR("folder"), str_of(box->conf->folder));
	m->size = commit_number(s, "size", a->size);
	m->rfc822_size = commit_number(s, "rfc822-size", a->rfc822_size);
	m->has_gm_msgid = a->gm_msgid != 0;
	if (m->has_gm_msgid)
		m->gm_msgid = commit_number(s, "x-gm-msgid", a->gm_msgid);
	values_add_segment(&s->values, 0, 0, a->header, STR("header"));
	values_add_segment(&s->values, 1, a->header, a->size - a->header, STR("body"));
	m->ers = ers_m(a->sha256, commit_salt(&s->seed, STR("ers")));
	previous = ledger_last_seq(store_db(k->store), str_of(box->conf->name), &m->previous, e);
	m->has_previous = previous == 1;
	copy = ledger_copy(store_db(k->store), store_dedup(k->store, a->sha256), &m->copy, e);
	m->has_copy = copy == 1;
	return previous == -1 || copy == -1 ? -1 : hash_segments(a, &s->seed, &m->segments, e);
}

static int
add_record(
    struct keeper *k, const struct arrival *a, struct sealing *s, struct ack *ack, struct err *e)
{
	struct ledger_message filed = { .mailbox = str_of(a->box->conf->name),
		.uidvalidity = a->box->uidvalidity,
		.uid = a->uid,
		.dedup = a->dedup };
	int64_t now_ms = program_now_ms();
	struct buf bytes = BUF_MAX(LIMIT_RECORD);
	struct record_message m;
	struct record_head h;
	int rc = -1;

	if (describe(k, a, s, &m, e) == -1 || sealing_object(k, s, a->fd, a->size, e) == -1)
		return -1;
	h = sealing_head(k, s, RECORD_MESSAGE, now_ms);
	ack->seq = filed.seq = h.seq;
	if (record_message_write(&bytes, &h, &m, e) == 0 &&
	    sealing_add(k, s, &h, buf_str(&bytes), -1, e) == 0)
		rc = ledger_add(store_db(k->store), &filed, now_ms, e);
	if (rc == 0)
		rc = workkeys_put(k->workkeys, now_ms / 1000, h.seq, s->key, e);
	ack->record = store_last(k->store);
	buf_free(&bytes);
	return rc;
}

static int
seal_message(struct keeper *k, struct arrival *a, struct ack *ack, struct err *e)
{
	struct sealing s;
	int rc;

	sealing_begin(&s);
	rc = add_record(k, a, &s, ack, e);
	sealing_end(&s);
	return rc == -1 ? err_at(e, "seal uid %llu", (unsigned long long)a->uid) : 0;
}

/* ---- a message that was sealed under another UIDVALIDITY ---- */

/* Its examination may have waited for the bytes: they are here.  Takes the descriptor over then. */
static int
hold_again(struct keeper *k, uint64_t seq, struct arrival *a, struct err *e)
{
	struct ledger_job j;
	int rc = ledger_job(store_db(k->store), seq, &j, e);

	if (rc == 1 && held_find(k, seq) == NULL) {
		held_add(k, seq, a->fd, a->size, j.next_ms);
		a->fd = -1;
	}
	return rc == -1 ? -1 : 0;
}

/* 1 when these bytes are sealed: now they are known under this UID, too; 0, -1. */
static int
recognise(struct keeper *k, struct arrival *a, struct ack *ack, struct err *e)
{
	struct generation g = box_generation(a->box);
	struct db *db = store_db(k->store);
	int rc = a->box->renumbered ? same_get(db, g, a->uid, &ack->seq, e) : 0;

	if (rc != 0 || !a->box->renumbered)
		return rc;
	rc = same_find(db, g, &a->dedup, &ack->seq, e);
	if (rc == 1 &&
	    (same_add(db, g, a->uid, ack->seq, e) == -1 || hold_again(k, ack->seq, a, e) == -1))
		return -1;
	return rc;
}

/* Its partner in the twin account is there already, or is to come. */
static int
pair(struct keeper *k, const struct arrival *a, uint64_t seq, struct err *e)
{
	const struct conf_mailbox *conf = a->box->conf;
	struct twin_message t = { .seq = seq,
		.arrived_ms = (int64_t)a->internaldate * 1000,
		.sealed_ms = program_now_ms() };
	struct hash body;

	if (conf->twin == NULL)
		return 0;
	if (hash_body(a, &body, e) == -1)
		return -1;
	t.account = str_of(conf->account);
	t.other = str_of(conf->twin);
	t.body = store_dedup(k->store, body);
	return twin_add(store_db(k->store), &t, e);
}

/* Seals it, or finds that it was sealed.  Takes the descriptor over when it keeps the bytes. */
static int
file_message(struct keeper *k, struct arrival *a, struct ack *ack, struct err *e)
{
	struct ledger_message before;
	struct db *db = store_db(k->store);
	int found =
	    ledger_find(db, str_of(a->box->conf->name), a->box->uidvalidity, a->uid, &before, e);

	if (found == 0) {
		if (survey(a, e) == -1)
			return -1;
		a->dedup = store_dedup(k->store, a->sha256);
		found = recognise(k, a, ack, e);
	}
	if (found == -1)
		return -1;
	ack->again = found == 1;
	if (found == 0) {
		if (seal_message(k, a, ack, e) == -1 || pair(k, a, ack->seq, e) == -1)
			return -1;
		held_add(k, ack->seq, a->fd, a->size, program_now_ms());
		a->fd = -1;
	}
	if (a->uid == a->box->tried)
		return missing_found(db, box_generation(a->box), a->uid, e);
	return 0;
}

/* ---- what a fetcher says ---- */

static int
hear_open(struct keeper *k, struct box *box, struct msg *m, struct err *e)
{
	struct str name = str_of(box->conf->name), tls = msg_arg(m, "tls");
	uint64_t uidnext;

	if (!str_eq(msg_arg(m, "mailbox"), name) ||
	    !(str_eq(tls, STR("TLSv1.2")) || str_eq(tls, STR("TLSv1.3"))))
		return keeper_refuse(e, "open: another mailbox, or without TLS");
	if (msg_u64(m, "uidvalidity", UINT32_MAX, &box->uidvalidity, e) == -1 ||
	    msg_u64(m, "uidnext", UINT32_MAX, &uidnext, e) == -1 ||
	    msg_hash(m, "certificate", box->certificate.b, e) == -1)
		return 0;
	snprintf(box->tls, sizeof box->tls, "%.*s", STR_FMT(tls));
	box->open = true;
	box->unwatched_ms = 0;
	trouble_clear(k, "not-watched", name);
	trouble_clear(k, "login-refused", name);
	trouble_clear(k, "server-refused", name);
	box->asked = false;
	box->again_at = (struct ledger_job){ 0 };
	box->again_ms = 0;
	box->session++;
	return keeper_resume(k, box, uidnext, e);
}

/* Takes the descriptor over. */
static int
hear_message(struct keeper *k, struct box *box, struct msg *m, struct err *e)
{
	struct arrival a = { .box = box, .began_ms = clock_ms(), .fd = m->fd[0] };
	struct ack ack = { .box = box, .session = box->session, .began_ms = a.began_ms };

	if (k->outlook.full)
		return keeper_refuse(e, "the disk is nearly full: no message is taken");
	if (!box->open || msg_u64(m, "uid", UINT32_MAX, &a.uid, e) == -1 ||
	    msg_u64(m, "internaldate", UINT32_MAX, &a.internaldate, e) == -1 ||
	    msg_u64(m, "rfc822-size", UINT32_MAX, &a.rfc822_size, e) == -1 ||
	    (msg_arg(m, "gm-msgid").n > 0 &&
	        msg_u64(m, "gm-msgid", UINT64_MAX, &a.gm_msgid, e) == -1) ||
	    check_memfd(&a, e) == -1)
		return 0;
	ack.uid = a.uid;
	ack.credit = a.size;
	if (batch_begin(k, e) == -1 || file_message(k, &a, &ack, e) == -1)
		return -1;
	m->fd[0] = a.fd;
	batch_ack(k, &ack, a.size);
	return 1;
}

/* ---- and of messages that were asked for again ---- */

static int
close_job(struct keeper *k, struct box *box, const char *why, struct err *e)
{
	box->asked = false;
	if (batch_begin(k, e) == -1 ||
	    ledger_job_close(store_db(k->store), box->asked_for, why, e) == -1)
		return -1;
	batch_press(k);
	event("unexamined", "leaf=%llu reason=\"%s\"", (unsigned long long)box->asked_for, why);
	return 1;
}

/* The same bytes as were filed, or they are not what is to be examined. */
static int
hear_again(struct keeper *k, struct box *box, struct msg *m, struct err *e)
{
	struct arrival a = { .box = box, .fd = m->fd[0] };
	struct ledger_message filed;
	int rc;

	if (!box->asked || msg_u64(m, "uid", UINT32_MAX, &a.uid, e) == -1 ||
	    check_memfd(&a, e) == -1)
		return 0;
	rc = ledger_get(store_db(k->store), box->asked_for, &filed, e);
	if (rc == -1 || survey(&a, e) == -1)
		return -1;
	if (rc == 0 || box->asked_uid != a.uid)
		return keeper_refuse(e, "message-again of another UID");
	if (!hash_eq(filed.dedup, store_dedup(k->store, a.sha256)))
		return close_job(k, box, "the server gives other bytes than it gave", e);
	box->asked = false;
	held_add(k, filed.seq, a.fd, a.size, program_now_ms());
	m->fd[0] = -1;
	if (held_find(k, filed.seq) == NULL)
		box->again_at = (struct ledger_job){ 0 };
	return 1;
}

static int
hear_gone(struct keeper *k, struct box *box, struct err *e)
{
	if (!box->asked)
		return keeper_refuse(e, "gone: nothing was asked for");
	return close_job(k, box, "gone from the mailbox", e);
}

static int
hear_quota(struct box *box, struct msg *m, struct err *e)
{
	if (msg_u64(m, "used", INT64_MAX, &box->quota_used_kb, e) == -1 ||
	    msg_u64(m, "limit", INT64_MAX, &box->quota_limit_kb, e) == -1)
		return 0;
	return 1;
}

/* A login that was refused is a person's to mend at once; what else fails may pass by itself. */
static int
hear_failed(struct keeper *k, struct box *box, const struct msg *m, struct err *e)
{
	const struct trouble_code *c = trouble_code(msg_arg(m, "code"));
	struct str name = str_of(box->conf->name);

	snprintf(box->why, sizeof box->why, "%.*s", STR_FMT(str_head(m->payload, 199)));
	if (str_eq(msg_arg(m, "code"), STR("-")))
		return 1;
	if (c == NULL || c->origin != TROUBLE_FETCHER)
		return keeper_refuse(e, "failed: not a trouble of a mailbox");
	trouble_raise(k, c->code, name, box->why, "mailseal doctor");
	return 1;
}

int
keeper_hear_fetcher(struct keeper *k, struct box *box, struct msg *m, struct err *e)
{
	if (box->retired && !msg_is(m, "begin")) /* under way when it was retired */
		return 1;
	if (msg_is(m, "message"))
		return hear_message(k, box, m, e);
	if (msg_is(m, "message-again"))
		return hear_again(k, box, m, e);
	if (msg_is(m, "gone"))
		return hear_gone(k, box, e);
	if (msg_is(m, "open"))
		return hear_open(k, box, m, e);
	if (msg_is(m, "quota"))
		return hear_quota(box, m, e);
	if (msg_is(m, "failed"))
		return hear_failed(k, box, m, e);
	return keeper_hear_folder(k, box, m, e);
}

void
keeper_box_gone(struct box *box)
{
	channel_close(&box->channel);
	keeper_box_lost(box);
	box->session++;
}
