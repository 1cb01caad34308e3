/* SPDX-License-Identifier: ISC */
/*
 * keeper_watch: looks around, every few seconds, for what nobody tells: that something did not
 * happen.  What may pass by itself is no trouble before alarm_after_s.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "daemon/keeper_trouble.h"
#include "daemon/protocol.h"
#include "proc/loop.h"
#include "proc/program.h"
#include "store/flow.h"
#include "store/mailbox.h"
#include "store/overview.h"
#include "store/practice.h"

enum {
	LOOK_EVERY_MS = 2000,
	UNSIGNED_MS = 60000,
	PROBE_EVERY_MS = 30000,
	CLOCK_PATIENCE = 3, /* times alarm_after_s: a clock takes a while after a boot */
	FLOWS_EVERY_MS = 60000,
	SILENCE_MESSAGES = 20,     /* that are missing before somebody is called */
	SILENCE_LONGEST_DAYS = 30, /* then it is how it is */
	UNEXAMINABLE_DAYS = 7,     /* that a message of which checkers died is told */
	RESERVE_BYTES = 8 << 20,   /* given back when the disk is full: SQLite's -wal and -shm */
	LOW_BYTES = 1 << 30,       /* or a tenth of a small disk */
	FULL_BYTES = 64 << 20,     /* or a twentieth */
	RESERVE_ROOM = 4,          /* the reserve is made where there is that many times more */
};

#define DAY_MS INT64_C(86400000)

/* Since `since_ms` (monotonic, 0: it is not so) for that long. */
static bool
lasts(int64_t since_ms, int64_t for_ms)
{
	return since_ms != 0 && clock_ms() - since_ms >= for_ms;
}

static int64_t
after_ms(const struct keeper *k)
{
	return (int64_t)k->child->conf->alarm_after_s * 1000;
}

/* Since when: kept while it is so. */
static void
note(int64_t *since_ms, bool is_so)
{
	if (!is_so)
		*since_ms = 0;
	else if (*since_ms == 0)
		*since_ms = clock_ms();
}

static void
set(struct keeper *k, bool is_so, const char *code, const char *text, const char *mend)
{
	if (is_so)
		trouble_raise(k, code, STR(""), text, mend);
	else
		trouble_clear(k, code, STR(""));
}

/* ---- mailboxes ---- */

static int
look_at_missing(struct keeper *k, const struct box *box, struct err *e)
{
	struct generation g = { str_of(box->conf->name), box->uidvalidity };
	int64_t before_ms = program_now_ms() - after_ms(k);
	char text[TROUBLE_TEXT_MAX];
	uint64_t n, uid;

	if (!box->open)
		return 0;
	if (missing_long(store_db(k->store), g, before_ms, &n, &uid, e) == -1)
		return -1;
	snprintf(text, sizeof text,
	    "%llu messages cannot be fetched, the first has UID %llu; the others are filed",
	    (unsigned long long)n, (unsigned long long)uid);
	if (n > 0)
		trouble_raise(k, "not-fetched", g.mailbox, text, "mailseal gaps");
	else
		trouble_clear(k, "not-fetched", g.mailbox);
	return 0;
}

static int
look_at_boxes(struct keeper *k, struct err *e)
{
	char text[TROUBLE_TEXT_MAX];

	for (size_t i = 0; i < k->n_boxes; i++) {
		const struct box *box = &k->box[i];
		struct str name = str_of(box->conf->name);

		if (!box->retired && look_at_missing(k, box, e) == -1)
			return -1;
		if (box->retired || !lasts(box->unwatched_ms, after_ms(k)))
			continue;
		snprintf(text, sizeof text, "not watched%s%s",
		    box->why[0] == '\0' ? "" : "; the last attempt: ", box->why);
		trouble_raise(k, "not-watched", name, text, "mailseal doctor");
	}
	return 0;
}

/* ---- examinations ---- */

/* Those never examined: what is examined again and again waits for somebody else's DNS. */
static int
look_at_jobs(struct keeper *k, struct err *e)
{
	char text[TROUBLE_TEXT_MAX];
	uint64_t n, first;

	if (ledger_unexamined(store_db(k->store), program_now_ms() - after_ms(k), &n, &first, e) ==
	    -1)
		return -1;
	snprintf(text, sizeof text, "%llu messages wait for their examination, the first is %llu",
	    (unsigned long long)n, (unsigned long long)first);
	set(k, n > 0, "unexamined", text, "mailseal doctor");
	return 0;
}

/* A domain that sends nothing any more, or was forgotten, does not mend anything either. */
static int
look_at_practice(struct keeper *k, struct err *e)
{
	const struct trouble *t;

	for (size_t i = 0; (t = trouble_each(k, &i)) != NULL;) {
		int rc = str_eq(str_of(t->code->code), STR("coverage"))
		             ? practice_is_broken(
		                   store_db(k->store), str_of(t->subject), program_now_ms(), e)
		             : 1;

		if (rc == -1)
			return -1;
		if (rc == 0)
			trouble_clear(k, "coverage", str_of(t->subject));
	}
	return 0;
}

static int
look_at_unexaminable(struct keeper *k, struct err *e)
{
	const struct trouble *t;

	(void)e;
	for (size_t i = 0; (t = trouble_each(k, &i)) != NULL;)
		if (str_eq(str_of(t->code->code), STR("unexaminable")) &&
		    program_now_ms() - t->since_ms > UNEXAMINABLE_DAYS * DAY_MS)
			trouble_clear(k, "unexaminable", str_of(t->subject));
	return 0;
}

/* ---- the DNS ---- */

void
keeper_saw_answer(struct keeper *k, uint64_t id, bool answered)
{
	note(&k->outlook.dns_failing_ms, !answered);
	k->outlook.probe_failed = !answered && (k->outlook.probe_failed || id == PROTOCOL_PROBE);
	if (answered)
		trouble_clear(k, "dns-silent", STR(""));
}

/* Names that do not answer are their owners' matter; that the root does not is ours. */
static int
look_at_dns(struct keeper *k, struct err *e)
{
	struct outlook *o = &k->outlook;

	(void)e;
	if (!lasts(o->dns_failing_ms, after_ms(k)))
		return 0;
	if (o->probe_failed)
		trouble_raise(k, "dns-silent", STR(""),
		    "no question of the DNS is answered; examinations are done again later",
		    "mailseal doctor");
	if (o->probed_ms != 0 && !lasts(o->probed_ms, PROBE_EVERY_MS))
		return 0;
	o->probed_ms = clock_ms();
	channel_send(k->asker.fd, STR("."), -1, -1, NULL, "ask id=%llu type=%d",
	    (unsigned long long)PROTOCOL_PROBE, DNS_NS);
	return 0;
}

/* ---- senders ---- */

/* Nothing is missing while we are not looking: all mailboxes watched, all messages examined. */
static bool
sees_all(struct keeper *k)
{
	for (size_t i = 0; i < k->n_boxes; i++)
		if (!k->box[i].open)
			return false;
	return !trouble_is(k, "unexamined", STR(""));
}

static int
look_at_flow(struct keeper *k, const struct flow *f, struct err *e)
{
	struct str domain = str_of(f->domain);
	int64_t now_ms = program_now_ms();
	uint64_t missing = flow_missing(f, now_ms);
	char text[TROUBLE_TEXT_MAX];

	if (missing < SILENCE_MESSAGES) {
		trouble_clear(k, "silence", domain);
		return 0;
	}
	if (now_ms - f->last_ms > SILENCE_LONGEST_DAYS * DAY_MS) {
		trouble_clear(k, "silence", domain);
		return flow_forget(store_db(k->store), domain, e);
	}
	snprintf(text, sizeof text,
	    "no mail signed by %s for %lld hours, in which about %llu messages are usual",
	    f->domain, (long long)((now_ms - f->last_ms) / 3600000), (unsigned long long)missing);
	trouble_raise(k, "silence", domain, text,
	    "look whether the sender's rule that copies its mail is still on");
	return 0;
}

static int
look_at_flows(struct keeper *k, struct err *e)
{
	struct flow f = { 0 };
	int rc;

	if (k->outlook.flows_ms > clock_ms() || !sees_all(k))
		return 0;
	k->outlook.flows_ms = clock_ms() + FLOWS_EVERY_MS;
	while ((rc = flow_next(store_db(k->store), &f, e)) == 1)
		if (look_at_flow(k, &f, e) == -1)
			return -1;
	return rc;
}

/* ---- signing and publishing ---- */

static int
look_at_signer(struct keeper *k, struct err *e)
{
	struct outlook *o = &k->outlook;
	uint64_t published = store_published(k->store);
	char text[TROUBLE_TEXT_MAX];

	(void)e;
	if (published != o->published)
		o->unsigned_ms = 0;
	o->published = published;
	note(&o->unsigned_ms, k->durable > published);
	if (o->unsigned_ms == 0)
		trouble_clear(k, "unsigned", STR(""));
	if (!lasts(o->unsigned_ms, UNSIGNED_MS < after_ms(k) ? UNSIGNED_MS : after_ms(k)))
		return 0;
	snprintf(text, sizeof text, "%llu records are in no checkpoint",
	    (unsigned long long)(k->durable - published));
	trouble_raise(k, "unsigned", STR(""), text, "journalctl -u mailseald -n 50");
	return 0;
}

/* ---- the disk ---- */

static void
reserve_path(const struct keeper *k, char path[4200])
{
	snprintf(path, 4200, "%s/reserve", k->child->conf->state);
}

static int
room(const struct keeper *k, uint64_t *total, uint64_t *left)
{
	struct statvfs s;

	if (statvfs(k->child->conf->state, &s) == -1)
		return -1;
	*total = (uint64_t)s.f_blocks * s.f_frsize;
	*left = (uint64_t)s.f_bavail * s.f_frsize;
	return 0;
}

void
keeper_reserve_release(struct keeper *k)
{
	uint64_t total, left;
	char path[4200];

	if (room(k, &total, &left) == -1 || left >= RESERVE_BYTES)
		return;
	reserve_path(k, path);
	unlink(path);
}

/* Without it we go on: it is made when there is room. */
static void
reserve_make(const struct keeper *k)
{
	char path[4200];
	int fd;

	reserve_path(k, path);
	if (access(path, F_OK) == 0)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return;
	if (posix_fallocate(fd, 0, RESERVE_BYTES) != 0)
		unlink(path);
	close(fd);
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static int
look_at_disk(struct keeper *k, struct err *e)
{
	uint64_t total, left;
	char text[TROUBLE_TEXT_MAX];

	if (room(k, &total, &left) == -1)
		return err_sys(e, "%s", k->child->conf->state);
	k->outlook.full = left < least(FULL_BYTES, total / 20);
	if (left > RESERVE_ROOM * (uint64_t)RESERVE_BYTES)
		reserve_make(k);
	snprintf(text, sizeof text, "%llu MB are left on the disk of %s%s",
	    (unsigned long long)(left >> 20), k->child->conf->state,
	    k->outlook.full ? ": no message is taken; they stay in the mailbox" : "");
	set(k, left < least(LOW_BYTES, total / 10), "disk-low", text,
	    "make room on that disk, or a larger one");
	return 0;
}

/* ---- what a person is to see to ---- */

static int
look_at_clock(struct keeper *k, struct err *e)
{
	uint64_t error_ms;
	bool good;

	(void)e;
	program_clock(&good, &error_ms);
	note(&k->outlook.unsynchronised_ms, !good);
	if (good)
		trouble_clear(k, "clock", STR(""));
	else if (lasts(k->outlook.unsynchronised_ms, CLOCK_PATIENCE * after_ms(k)))
		trouble_raise(k, "clock", STR(""), "the clock is not synchronised",
		    "timedatectl set-ntp true");
	return 0;
}

static int
look_at_custodians(struct keeper *k, struct err *e)
{
	(void)e;
	set(k, store_custodians(k->store) == 1, "one-custodian",
	    "one custodian: when its key is lost, nothing that was filed can be read",
	    "mailseal custodian add");
	return 0;
}

static int
look_at_copies(struct keeper *k, struct err *e)
{
	uint64_t days = k->child->conf->copy_days;
	int64_t last = overview_copied_ms(k->child->conf->state);
	char text[TROUBLE_TEXT_MAX];
	struct store_record first;
	int rc = store_get(k->store, 0, &first, e);

	if (rc == -1)
		return -1;
	snprintf(text, sizeof text, "%s", "no copy of the state was ever made");
	if (last != 0)
		snprintf(text, sizeof text, "the last copy of the state is %lld days old",
		    (long long)((program_now_ms() - last) / DAY_MS));
	if (rc == 1 && last < first.time_ms)
		last = first.time_ms;
	set(k, rc == 1 && days != 0 && program_now_ms() - last > (int64_t)days * DAY_MS, "no-copy",
	    text, "mailseal backup DIR");
	return 0;
}

/* ---- all of it ---- */

int
keeper_look(struct keeper *k, struct err *e)
{
	static int (*const looks[])(struct keeper * k, struct err * e) = { look_at_boxes,
		look_at_jobs, look_at_unexaminable, look_at_practice, look_at_flows, look_at_dns,
		look_at_signer, look_at_disk, look_at_clock, look_at_custodians, look_at_copies };

	if (clock_ms() < k->outlook.look_ms)
		return 0;
	k->outlook.look_ms = clock_ms() + LOOK_EVERY_MS;
	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
		if (looks[i](k, e) == -1)
			return -1;
	return keeper_tell_state(k, e);
}
