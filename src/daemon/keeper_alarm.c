/* SPDX-License-Identifier: ISC */
/*
 * keeper_alarm: what alarm_command is told: a subject, then lines as those of `mailseal status`.
 * Never an address, a subject or a secret.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/keeper_errand.h"
#include "daemon/keeper_trouble.h"
#include "store/mailbox.h"
#include "store/overview.h"

#define WEEK_MS (7 * INT64_C(86400000))

static void
add_time(struct buf *out, int64_t time_ms)
{
	time_t t = (time_t)(time_ms / 1000);
	char text[32] = "never";
	struct tm tm;

	if (time_ms != 0 && gmtime_r(&t, &tm) != NULL)
		strftime(text, sizeof text, "%Y-%m-%d %H:%MZ", &tm);
	buf_add(out, str_of(text));
}

static void
add_name(struct buf *out, const struct trouble *t)
{
	buf_printf(out, "%s%s%s", t->code->code, t->subject[0] == '\0' ? "" : " ", t->subject);
}

/* ---- alarms ---- */

static void
add_trouble(struct buf *out, const struct trouble *t, int telling)
{
	buf_add(out, telling == 1 ? STR("ATTENTION ") : STR("OVER "));
	add_name(out, t);
	buf_printf(out, ": %s; since ", t->text);
	add_time(out, t->since_ms);
	if (telling == 1) {
		buf_printf(out, "; mend: %s\n", t->mend);
	} else {
		buf_add(out, STR(" until "));
		add_time(out, t->cleared_ms);
		buf_byte(out, '\n');
	}
}

/* "mailseal evidence.example/log: ATTENTION login-refused filing and 2 more", or "all is well". */
static void
add_subject(struct keeper *k, struct buf *out)
{
	const struct trouble *first = NULL, *t;
	size_t more = 0;

	for (size_t i = 0; (t = trouble_each(k, &i)) != NULL;) {
		if (t->code->severity != TROUBLE_ATTENTION)
			continue;
		more += first != NULL;
		first = first == NULL ? t : first;
	}
	buf_printf(out, "mailseal %.*s: ", STR_FMT(store_identity(k->store)->origin));
	if (first == NULL) {
		buf_add(out, STR("OK, all is well again\n\n"));
		return;
	}
	buf_add(out, STR("ATTENTION "));
	add_name(out, first);
	if (more > 0)
		buf_printf(out, " and %zu more", more);
	buf_add(out, STR("\n\n"));
}

bool
alarm_compose(struct keeper *k, struct buf *out)
{
	bool any = false;

	add_subject(k, out);
	for (size_t i = 0; i < LIMIT_TROUBLES && out->n < out->max / 2; i++) {
		struct trouble *t = &k->trouble[i].trouble;

		k->trouble[i].telling = trouble_untold(t);
		if (k->trouble[i].telling == 0)
			continue;
		add_trouble(out, t, k->trouble[i].telling);
		any = true;
	}
	buf_add(out, STR("\nmailseal status tells more.\n"));
	return any;
}

void
alarm_told(struct keeper *k, bool told)
{
	for (size_t i = 0; i < LIMIT_TROUBLES; i++) {
		if (k->trouble[i].telling == 0)
			continue;
		if (told)
			k->trouble[i].trouble.told = k->trouble[i].telling;
		k->trouble[i].telling = 0;
		k->trouble[i].dirty = k->troubles_dirty = true;
	}
}

/* ---- the summary of a week ---- */

/* Within the week, reconnecting not counted that takes less than a minute in all. */
static int
unwatched_minutes(
    struct keeper *k, struct str mailbox, int64_t since_ms, int64_t *minutes, struct err *e)
{
	int64_t from = 0, until = 0, total = 0;
	int rc;

	while ((rc = mailbox_unwatched_next(store_db(k->store), mailbox, &from, &until, e)) == 1)
		if (until > since_ms)
			total += until - (from > since_ms ? from : since_ms);
	*minutes = total / 60000;
	return rc;
}

/* "  filing: 12; 1 missing; not watched for 5 minutes" */
static int
add_mailbox(
    struct keeper *k, const struct box *box, int64_t since_ms, struct buf *out, struct err *e)
{
	struct generation g = { str_of(box->conf->name), box->uidvalidity };
	struct db *db = store_db(k->store);
	struct ranges missing = { 0 };
	int64_t minutes = 0;
	uint64_t filed;
	int rc = overview_filed(db, g.mailbox, since_ms, &filed, e);

	if (rc == 0)
		rc = missing_all(db, g, &missing, e);
	if (rc == 0)
		rc = unwatched_minutes(k, g.mailbox, since_ms, &minutes, e);
	if (rc == 0) {
		buf_printf(out, "  %s: %llu", box->conf->name, (unsigned long long)filed);
		if (missing.n > 0)
			buf_printf(
			    out, "; %llu missing", (unsigned long long)ranges_count(&missing));
		if (minutes > 0)
			buf_printf(out, "; not watched for %lld minutes", (long long)minutes);
		buf_add(out, box->retired ? STR("; retired\n") : STR("\n"));
	}
	ranges_free(&missing);
	return rc;
}

static int
add_mailboxes(struct keeper *k, int64_t since_ms, struct buf *out, struct err *e)
{
	for (size_t i = 0; i < k->n_boxes; i++)
		if (add_mailbox(k, &k->box[i], since_ms, out, e) == -1)
			return -1;
	return 0;
}

/* Those there are, and those that ended within the week. */
static int
add_troubles(struct keeper *k, int64_t since_ms, struct buf *out, struct err *e)
{
	struct trouble t = { 0 };
	bool any = false;
	int rc;

	while (out->n < out->max / 2 &&
	       (rc = trouble_next(store_db(k->store), since_ms, &t, e)) != 0) {
		if (rc == -1)
			return -1;
		any = true;
		buf_add(out, STR("  "));
		add_trouble(out, &t, t.cleared_ms == 0 ? 1 : 2);
	}
	if (!any)
		buf_add(out, STR("  none\n"));
	return 0;
}

int
alarm_summary(struct keeper *k, int64_t now_ms, struct buf *out, struct err *e)
{
	const struct conf *conf = k->child->conf;
	struct overview o;

	if (overview_read(store_db(k->store), conf->state, conf->published, now_ms, &o, e) == -1 ||
	    overview_tally(store_db(k->store), now_ms - WEEK_MS, &o.today, e) == -1)
		return -1;
	buf_printf(
	    out, "mailseal %.*s: the week until ", STR_FMT(store_identity(k->store)->origin));
	add_time(out, now_ms);
	buf_printf(out, "%s\n\nFiled: %llu messages\n", trouble_is_any(k) ? ", ATTENTION" : ", OK",
	    (unsigned long long)o.today.filed);
	if (add_mailboxes(k, now_ms - WEEK_MS, out, e) == -1)
		return -1;
	buf_printf(out,
	    "No signature binds: %llu\nUnexaminable: %llu\nStill to be examined: %llu\nPublished: ",
	    (unsigned long long)o.today.unsigned_, (unsigned long long)o.today.unexaminable,
	    (unsigned long long)o.counts.pending);
	add_time(out, o.published_ms);
	buf_printf(out, ", %llu records\nCopied: ", (unsigned long long)o.checkpoint);
	add_time(out, o.copied_ms);
	buf_add(out, STR("\nTroubles of the week:\n"));
	if (add_troubles(k, now_ms - WEEK_MS, out, e) == -1)
		return -1;
	buf_add(out, STR("\nThis comes every week.  When it does not, something is wrong: ask\n"
	                 "mailseal status.\n"));
	return 0;
}
