/* SPDX-License-Identifier: ISC */
#include "daemon/keeper_errand.h"

#include <stdio.h>

#include "daemon/errand.h"
#include "daemon/keeper_trouble.h"
#include "proc/loop.h"
#include "proc/program.h"

enum {
	HOUR_MS = 3600000,
	PAUSE_FIRST_MS = 1000, /* after a run that failed */
	PAUSE_LONGEST_MS = 900000,
	WAIT_LONGEST_MS = 900000, /* for an answer: longer than errand.c lets a command run */
};

static const struct {
	const char *code, *mend;
} troubles[ERRANDS] = {
	[ERRAND_ALARM] = { "alarm-command", "run alarm_command by hand: journalctl -u mailseald" },
	[ERRAND_PUBLISH] = { "publish-command",
	    "run publish_command by hand: journalctl -u mailseald" },
};

/* Has the parent run it.  0, or -1. */
static int
start(struct keeper *k, enum errand what, struct str input, struct err *e)
{
	struct errand_run *r = &k->errand[what];

	r->running = true;
	r->began_ms = clock_ms();
	r->id = (uint64_t)r->began_ms;
	return channel_send(k->child->parent.fd, input, -1, -1, e, "errand what=%s id=%llu",
	    errand_names[what], (unsigned long long)r->id);
}

static bool
may_start(struct keeper *k, enum errand what)
{
	struct errand_run *r = &k->errand[what];

	/* An answer that was lost is not waited for forever. */
	if (r->running && clock_ms() - r->began_ms > WAIT_LONGEST_MS)
		r->running = false;
	return !r->running && k->stop_by_ms == 0 && clock_ms() >= r->not_before_ms;
}

/* ---- publishing ---- */

void
errand_published(struct keeper *k)
{
	k->errand[ERRAND_PUBLISH].wanted = true;
}

static int
ask_publish(struct keeper *k, struct err *e)
{
	struct errand_run *r = &k->errand[ERRAND_PUBLISH];
	const struct conf *conf = k->child->conf;
	bool old =
	    r->began_ms == 0 || clock_ms() - r->began_ms >= (int64_t)conf->publish_every_s * 1000;

	if (conf->publish_command == NULL || store_published(k->store) == 0 ||
	    !(r->wanted || old) || !may_start(k, ERRAND_PUBLISH))
		return 0;
	r->wanted = false;
	return start(k, ERRAND_PUBLISH, STR(""), e);
}

/* ---- alarms ---- */

/* Texts within the last hour; those of before are forgotten. */
static size_t
sent_lately(struct keeper *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->alarm.n_sent; i++)
		if (clock_ms() - k->alarm.sent_ms[i] < HOUR_MS)
			k->alarm.sent_ms[n++] = k->alarm.sent_ms[i];
	k->alarm.n_sent = n;
	return n;
}

/* Several within alarm_gather_s are one text. */
static bool
gathered(struct keeper *k)
{
	if (!trouble_is_untold(k)) {
		k->alarm.untold_ms = 0;
		return false;
	}
	if (k->alarm.untold_ms == 0)
		k->alarm.untold_ms = clock_ms();
	return clock_ms() - k->alarm.untold_ms >= (int64_t)k->child->conf->alarm_gather_s * 1000 &&
	       sent_lately(k) < k->child->conf->alarm_per_hour;
}

static int
send_alarm(struct keeper *k, struct buf *text, struct err *e)
{
	bool summary = k->alarm.summary_due;

	if (summary && alarm_summary(k, program_now_ms(), text, e) == -1)
		return -1;
	if (!summary && !alarm_compose(k, text))
		return 0;
	k->alarm.is_summary = summary;
	if (!summary && k->alarm.n_sent < ALARMS_AN_HOUR)
		k->alarm.sent_ms[k->alarm.n_sent++] = clock_ms();
	k->alarm.untold_ms = 0;
	return start(k, ERRAND_ALARM, buf_str(text), e);
}

static int
ask_alarm(struct keeper *k, struct err *e)
{
	struct buf text = BUF_MAX(LIMIT_PACKET / 2);
	int rc;

	if (k->child->conf->alarm_command == NULL || !may_start(k, ERRAND_ALARM) ||
	    !(k->alarm.summary_due || gathered(k)))
		return 0;
	rc = send_alarm(k, &text, e);
	buf_free(&text);
	return rc;
}

int
errand_ask(struct keeper *k, struct err *e)
{
	return ask_publish(k, e) == -1 ? -1 : ask_alarm(k, e);
}

/* ---- how it ended ---- */

static void
ended(struct keeper *k, enum errand what, bool done, struct str why)
{
	struct errand_run *r = &k->errand[what];
	char text[TROUBLE_TEXT_MAX];

	r->running = false;
	if (done) {
		r->pause_ms = 0;
		r->not_before_ms = 0;
		trouble_clear(k, troubles[what].code, STR(""));
		return;
	}
	snprintf(text, sizeof text, "%.*s", STR_FMT(why));
	trouble_raise(k, troubles[what].code, STR(""), text, troubles[what].mend);
	r->pause_ms = r->pause_ms == 0                     ? PAUSE_FIRST_MS
	              : 2 * r->pause_ms < PAUSE_LONGEST_MS ? 2 * r->pause_ms
	                                                   : PAUSE_LONGEST_MS;
	r->not_before_ms = clock_ms() + r->pause_ms;
	r->wanted = true;
}

static int
summary_ended(struct keeper *k, bool done, struct err *e)
{
	if (!done)
		return 0;
	k->alarm.summary_due = false;
	return mark_set(store_db(k->store), MARK_SUMMARISED, program_now_ms(), e);
}

int
errand_hear(struct keeper *k, const struct msg *m, struct err *e)
{
	bool done = str_eq(msg_arg(m, "result"), STR("done"));
	uint64_t id;

	if (msg_u64(m, "id", UINT64_MAX, &id, e) == -1)
		return -1;
	for (size_t what = 0; what < ERRANDS; what++) {
		if (!str_eq(msg_arg(m, "what"), str_of(errand_names[what])) ||
		    !k->errand[what].running || k->errand[what].id != id)
			continue; /* of a keeper that was before us */
		ended(k, (enum errand)what, done, m->payload);
		if (what == ERRAND_ALARM && k->alarm.is_summary)
			return summary_ended(k, done, e);
		if (what == ERRAND_ALARM)
			alarm_told(k, done);
	}
	return 0;
}

int
errand_summary(struct keeper *k, const struct msg *m, struct err *e)
{
	int64_t last_ms;
	uint64_t due;

	if (msg_u64(m, "due", INT64_MAX / 1000, &due, e) == -1 ||
	    mark_get(store_db(k->store), MARK_SUMMARISED, &last_ms, e) == -1)
		return -1;
	if (last_ms < (int64_t)due * 1000)
		k->alarm.summary_due = true;
	return 0;
}
