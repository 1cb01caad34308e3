/* SPDX-License-Identifier: ISC */
/*
 * keeper_mailbox: the ledger.  When a session has caught up, and once an hour, the fetcher says
 * which messages there are; each UID below UIDNEXT is then sealed, gone before it was seen, or
 * missing; a `mailbox` record says so, and what is missing is fetched again.
 */
#include <stdio.h>

#include "daemon/keeper_trouble.h"
#include "daemon/protocol.h"
#include "proc/event.h"
#include "proc/loop.h"
#include "proc/program.h"
#include "seal/record_mailbox.h"
#include "seal/values.h"
#include "store/twin.h"

struct generation
box_generation(const struct box *box)
{
	return (struct generation){ str_of(box->conf->name), box->uidvalidity };
}

struct box *
keeper_box(struct keeper *k, struct str name)
{
	for (size_t i = 0; i < k->n_boxes; i++)
		if (str_eq(str_of(k->box[i].conf->name), name))
			return &k->box[i];
	return NULL;
}

/* ---- a session begins and ends ---- */

/* Tells the fetcher what it is to fetch again, what fits into one packet; and when to count again,
 * because more will be due. */
static int
want_missing(struct keeper *k, struct box *box, struct err *e)
{
	struct generation g = box_generation(box);
	int64_t now_ms = program_now_ms(), next_ms;
	struct buf text = BUF_MAX(LIMIT_PACKET / 2);
	struct db *db = store_db(k->store);
	struct ranges due = { 0 };
	int later = missing_next(db, g, now_ms, &next_ms, e);
	int rc = later == -1 ? -1 : missing_due(db, g, now_ms, &due, e);

	ranges_put(&due, &text, text.max);
	if (rc == 0 && (due.n > 0 || later == 1))
		channel_send(box->channel.fd, buf_str(&text), -1, -1, NULL, "missing again_s=%llu",
		    later == 1 ? (unsigned long long)(next_ms - now_ms) / 1000 + 1
		               : (unsigned long long)k->child->conf->heartbeat_s);
	ranges_free(&due);
	buf_free(&text);
	return rc;
}

int
keeper_resume(struct keeper *k, struct box *box, uint64_t uidnext, struct err *e)
{
	struct generation g = box_generation(box);
	struct db *db = store_db(k->store);
	uint64_t uid;
	int renumbered;

	if (mailbox_open(db, g, uidnext, program_now_ms(), e) == -1 ||
	    mailbox_settled(db, g, &uid, e) == -1)
		return -1;
	renumbered = same_wanted(db, g, e);
	if (renumbered == -1)
		return -1;
	box->renumbered = renumbered == 1;
	box->counted = false;
	channel_send(box->channel.fd, STR(""), -1, -1, NULL,
	    "resume after=%llu credit=%u careful=%s", (unsigned long long)uid, PROTOCOL_CREDIT,
	    box->careful ? "yes" : "no");
	return want_missing(k, box, e) == -1 ? -1 : 1;
}

void
keeper_box_lost(struct box *box)
{
	if (box->open) {
		box->careful = !box->counted;
		box->unwatched_ms = clock_ms();
	}
	box->open = box->asked = false;
	ranges_free(&box->there);
}

static int
hear_begin(struct keeper *k, struct box *box, struct err *e)
{
	int retired = mailbox_is_retired(store_db(k->store), str_of(box->conf->name), e);

	if (retired == -1)
		return -1;
	box->retired = retired == 1;
	channel_send(box->channel.fd, STR(""), -1, -1, NULL, retired == 1 ? "retired" : "watch");
	return 1;
}

static int
hear_lost(struct keeper *k, struct box *box, struct err *e)
{
	bool counted = box->open && box->counted;

	keeper_box_lost(box);
	if (!counted)
		return 1;
	if (batch_begin(k, e) == -1 ||
	    mailbox_watched(store_db(k->store), str_of(box->conf->name), program_now_ms(), e) == -1)
		return -1;
	return 1;
}

/* ---- a message that does not come ---- */

/*
 * Said before it is fetched, so that it counts also when the fetcher dies of it.  What is known to
 * be missing waits longer each time; what is not holds up the others a few times only.
 */
static int
hear_trying(struct keeper *k, struct box *box, struct msg *m, struct err *e)
{
	struct generation g = box_generation(box);
	struct db *db = store_db(k->store);
	uint64_t uid;
	int known;

	if (!box->open || msg_u64(m, "uid", UINT32_MAX, &uid, e) == -1)
		return 0;
	box->tries = uid == box->tried ? box->tries + 1 : 1;
	box->tried = uid;
	known = missing_is(db, g, uid, e);
	if (known == -1)
		return -1;
	if (known == 0 && box->tries < PROTOCOL_ATTEMPTS)
		return 1;
	if (known == 0)
		event("missing", "mailbox=%s uid=%llu tries=%u", box->conf->name,
		    (unsigned long long)uid, box->tries);
	if (batch_begin(k, e) == -1 || missing_tried(db, g, uid, program_now_ms(), e) == -1)
		return -1;
	batch_press(k);
	return 1;
}

/* ---- two accounts for one rule ---- */

/* What came to this account and not to its twin. */
static int
compare_twin(struct keeper *k, const struct box *box, struct err *e)
{
	const struct conf_mailbox *conf = box->conf;
	int64_t before_ms = program_now_ms() - LIMIT_TWIN_S * INT64_C(1000), seq = -1;
	char text[TROUBLE_TEXT_MAX];
	int rc;

	if (conf->twin == NULL)
		return 0;
	rc = twin_next_alone(
	    store_db(k->store), str_of(conf->account), str_of(conf->twin), before_ms, &seq, e);
	if (rc == 0)
		trouble_clear(k, "twin-differs", str_of(conf->account));
	if (rc != 1)
		return rc;
	snprintf(text, sizeof text, "the message at leaf %lld did not come to %s", (long long)seq,
	    conf->twin);
	trouble_raise(k, "twin-differs", str_of(conf->account), text, "mailseal gaps");
	return 0;
}

/* ---- counting ---- */

/* A count on its way into a record. */
struct counting {
	struct box *box;
	enum mailbox_event event;
	struct mailbox_count count;
	struct ranges missing;
	uint64_t modseq; /* HIGHESTMODSEQ; 0: none is known */
	int64_t now_ms;
};

/* What there is against what is sealed.  UIDNEXT never goes back, whatever the server says. */
static void
sort_out(struct counting *c, const struct ranges *there)
{
	struct mailbox_count *n = &c->count;
	struct ranges all = { 0 }, known = { 0 };
	uint64_t end = n->sealed.n > 0 ? n->sealed.range[n->sealed.n - 1].last : 0;

	n->uidnext = end + 1 > n->uidnext ? end + 1 : n->uidnext;
	if (n->uidnext > 1)
		ranges_add(&all, 1, (uint32_t)(n->uidnext - 1), NULL);
	ranges_join(&known, &n->sealed, there);
	ranges_free(&n->gone);
	ranges_minus(&n->gone, &all, &known);
	ranges_minus(&c->missing, there, &n->sealed);
	ranges_free(&all);
	ranges_free(&known);
}

static int
describe(struct keeper *k, struct counting *c, struct sealing *s, struct record_mailbox *m,
    struct err *e)
{
	const struct conf_mailbox *conf = c->box->conf;
	struct db *db = store_db(k->store);
	int64_t until = 0;
	int previous;

	m->event = c->event;
	m->account = values_commit(&s->values, &s->seed, STR("account"), str_of(conf->user));
	m->folder = values_commit(&s->values, &s->seed, STR("folder"), str_of(conf->folder));
	m->uidvalidity = c->box->uidvalidity;
	m->uidnext = c->count.uidnext;
	m->exists = c->count.exists;
	m->listed = c->count.listed;
	m->modseq = c->modseq;
	previous = ledger_last_seq(db, str_of(conf->name), &m->previous, e);
	m->has_previous = previous == 1;
	if (previous == -1)
		return -1;
	if (c->event == MAILBOX_CONNECT &&
	    mailbox_watched_until(db, str_of(conf->name), &until, e) == -1)
		return -1;
	m->watched_until = (uint64_t)until;
	if (until > 0 && until < c->now_ms)
		return mailbox_unwatched(db, str_of(conf->name), until, c->now_ms, e);
	return 0;
}

/* The sets as the record holds them, then the record. */
static int
write_record(struct buf *out, const struct record_head *h, struct record_mailbox *m,
    const struct counting *c, struct err *e)
{
	const struct ranges *set[] = { &c->count.sealed, &c->count.gone, &c->missing };
	struct record_uids *to[] = { &m->sealed, &m->gone, &m->failed };
	struct buf text[3];
	int rc;

	for (size_t i = 0; i < 3; i++) {
		text[i] = (struct buf)BUF_MAX(LIMIT_RECORD_UIDS);
		*to[i] = record_uids(set[i], &text[i]);
	}
	rc = record_mailbox_write(out, h, m, e);
	for (size_t i = 0; i < 3; i++)
		buf_free(&text[i]);
	return rc;
}

static int
add_record(struct keeper *k, struct counting *c, struct sealing *s, struct err *e)
{
	struct buf bytes = BUF_MAX(LIMIT_RECORD);
	struct record_mailbox m = { 0 };
	struct record_head h;
	int rc = -1;

	if (describe(k, c, s, &m, e) == -1 || sealing_object(k, s, -1, 0, e) == -1)
		return -1;
	h = sealing_head(k, s, RECORD_MAILBOX, c->now_ms);
	if (write_record(&bytes, &h, &m, c, e) == 0 &&
	    sealing_add(k, s, &h, buf_str(&bytes), -1, e) == 0)
		rc = ledger_chain(store_db(k->store), str_of(c->box->conf->name), h.seq, e);
	buf_free(&bytes);
	return rc;
}

static void
tell_later(struct keeper *k, const struct counting *c)
{
	struct ack ack = {
		.event = "counted", .seq = store_size(k->store) - 1, .began_ms = clock_ms()
	};

	snprintf(ack.text, sizeof ack.text,
	    "mailbox=%s event=%s exists=%llu listed=%llu sealed=%llu gone=%llu missing=%llu",
	    c->box->conf->name, mailbox_event_word(c->event), (unsigned long long)c->count.exists,
	    (unsigned long long)c->count.listed, (unsigned long long)ranges_count(&c->count.sealed),
	    (unsigned long long)ranges_count(&c->count.gone),
	    (unsigned long long)ranges_count(&c->missing));
	batch_ack(k, &ack, 0);
}

/* The count is kept, and sealed. */
static int
seal_count(struct keeper *k, struct counting *c, struct err *e)
{
	struct generation g = box_generation(c->box);
	struct db *db = store_db(k->store);
	struct sealing s;
	int rc;

	if (batch_begin(k, e) == -1 || mailbox_count_save(db, g, &c->count, e) == -1 ||
	    missing_set(db, g, &c->missing, c->now_ms, e) == -1)
		return -1;
	sealing_begin(&s);
	rc = add_record(k, c, &s, e);
	sealing_end(&s);
	if (rc == -1 || mailbox_watched(db, g.mailbox, c->now_ms, e) == -1)
		return err_at(e, "count of %s", c->box->conf->name);
	tell_later(k, c);
	return 0;
}

static int
count(struct keeper *k, struct box *box, struct counting *c, struct err *e)
{
	struct generation g = box_generation(box);
	uint64_t uidnext = c->count.uidnext, exists = c->count.exists, listed = c->count.listed;

	if (mailbox_count_load(store_db(k->store), g, &c->count, e) == -1 ||
	    mailbox_count_sealed(store_db(k->store), g, &c->count, e) == -1)
		return -1;
	c->count.counted_ms = c->now_ms;
	c->count.uidnext = uidnext > c->count.uidnext ? uidnext : c->count.uidnext;
	c->count.exists = exists;
	c->count.listed = listed;
	sort_out(c, &box->there);
	/* A folder in too many pieces is not counted, and watched all the same. */
	if (ranges_check(&c->count.gone, "gone", e) == -1 ||
	    ranges_check(&c->count.sealed, "sealed", e) == -1) {
		event_err("count", e);
		return 0;
	}
	if (seal_count(k, c, e) == -1)
		return -1;
	box->counted = true;
	return compare_twin(k, box, e) == -1 ? -1 : want_missing(k, box, e);
}

/* A part of what there is; after the last part it is counted. */
static int
hear_held(struct keeper *k, struct box *box, struct msg *m, struct err *e)
{
	struct counting c = { .box = box, .now_ms = program_now_ms() };
	struct mailbox_count *n = &c.count;
	int rc;

	if (!box->open || msg_u64(m, "uidnext", UINT32_MAX, &n->uidnext, e) == -1 ||
	    msg_u64(m, "exists", UINT32_MAX, &n->exists, e) == -1 ||
	    msg_u64(m, "listed", UINT32_MAX, &n->listed, e) == -1 ||
	    msg_u64(m, "modseq", INT64_MAX, &c.modseq, e) == -1 ||
	    ranges_parse(&box->there, m->payload, e) == -1 ||
	    ranges_check(&box->there, "held", e) == -1)
		return 0;
	if (box->there.n > 0 && box->there.range[box->there.n - 1].last >= n->uidnext)
		return keeper_refuse(e, "held: a UID that is not below UIDNEXT");
	if (!str_eq(msg_arg(m, "more"), STR("no")))
		return 1;
	c.event = box->counted ? MAILBOX_HEARTBEAT : MAILBOX_CONNECT;
	rc = count(k, box, &c, e);
	ranges_free(&box->there);
	ranges_free(&c.missing);
	mailbox_count_free(&c.count);
	return rc == -1 ? -1 : 1;
}

/* ---- the end ---- */

/* As it was counted last, and with what was sealed since; nobody is asked any more. */
static int
load_last(struct keeper *k, struct counting *c, struct err *e)
{
	struct generation g = box_generation(c->box);
	struct ranges gone = { 0 }, missing = { 0 };
	struct mailbox_count *n = &c->count;
	uint64_t end;

	if (mailbox_count_load(store_db(k->store), g, n, e) == -1 ||
	    mailbox_count_sealed(store_db(k->store), g, n, e) == -1 ||
	    missing_all(store_db(k->store), g, &missing, e) == -1)
		return -1;
	end = n->sealed.n > 0 ? n->sealed.range[n->sealed.n - 1].last : 0;
	n->uidnext = end + 1 > n->uidnext ? end + 1 : n->uidnext;
	ranges_minus(&gone, &n->gone, &n->sealed);
	ranges_free(&n->gone);
	n->gone = gone;
	ranges_minus(&c->missing, &missing, &n->sealed);
	ranges_free(&missing);
	return 0;
}

static int
retire(struct keeper *k, struct counting *c, struct err *e)
{
	struct box *box = c->box;
	struct str name = str_of(box->conf->name);
	struct db *db = store_db(k->store);

	if (mailbox_uidvalidity(db, name, &box->uidvalidity, e) == -1 ||
	    mailbox_open(db, box_generation(box), 1, c->now_ms, e) == -1 ||
	    load_last(k, c, e) == -1 || seal_count(k, c, e) == -1)
		return -1;
	return mailbox_retire(db, name, c->now_ms, e);
}

int
keeper_retire(struct keeper *k, struct box *box, struct err *e)
{
	struct counting c = { .box = box, .event = MAILBOX_RETIRE, .now_ms = program_now_ms() };
	int rc = retire(k, &c, e);

	ranges_free(&c.missing);
	mailbox_count_free(&c.count);
	if (rc == -1)
		return err_at(e, "retire %s", box->conf->name);
	keeper_box_lost(box);
	box->retired = true;
	trouble_clear(k, "not-watched", str_of(box->conf->name));
	if (box->channel.fd != -1)
		channel_send(box->channel.fd, STR(""), -1, -1, NULL, "retired");
	return 0;
}

int
keeper_hear_folder(struct keeper *k, struct box *box, struct msg *m, struct err *e)
{
	if (msg_is(m, "begin"))
		return hear_begin(k, box, e);
	if (msg_is(m, "trying"))
		return hear_trying(k, box, m, e);
	if (msg_is(m, "held"))
		return hear_held(k, box, m, e);
	if (msg_is(m, "lost"))
		return hear_lost(k, box, e);
	return keeper_refuse(e, "not a message of a fetcher");
}
