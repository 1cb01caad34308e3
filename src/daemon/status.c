/* SPDX-License-Identifier: ISC */
#include "daemon/status.h"

#include <string.h>
#include <time.h>

#include "seal/record.h"

enum {
	TROUBLES_TOLD = 30, /* a terminal shows no more, and a packet takes no more */
};

static size_t
watched(const struct status *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_mailboxes; i++)
		n += s->mailbox[i].watched;
	return n;
}

static size_t
told(const struct status *s)
{
	return s->n_troubles < TROUBLES_TOLD ? s->n_troubles : TROUBLES_TOLD;
}

bool
status_attention(const struct status *s)
{
	for (size_t i = 0; i < s->n_troubles; i++)
		if (s->trouble[i].code->severity == TROUBLE_ATTENTION)
			return true;
	return !s->running;
}

static void
add_time(struct buf *out, int64_t time_ms)
{
	time_t t = (time_t)(time_ms / 1000);
	char text[32];
	struct tm tm;

	if (time_ms == 0 || gmtime_r(&t, &tm) == NULL) {
		buf_add(out, STR("never"));
		return;
	}
	strftime(text, sizeof text, "%Y-%m-%d %H:%MZ", &tm);
	buf_add(out, str_of(text));
}

static void
add_last(struct buf *out, const struct overview *o)
{
	char number[RECORD_NUMBER_MAX];

	buf_add(out, STR("last filed "));
	add_time(out, o->any ? o->last_ms : 0);
	if (o->any)
		buf_printf(out, " (%s)", record_number(number, (uint64_t)o->last_ms, o->last_seq));
}

void
status_brief(struct buf *out, const struct status *s)
{
	if (s->running)
		buf_printf(out, "watching %zu of %zu; ", watched(s), s->n_mailboxes);
	else
		buf_add(out, STR("mailseald is not running; "));
	add_last(out, &s->overview);
}

/* ---- lines ---- */

static void
add_first(struct buf *out, const struct status *s)
{
	const struct overview *o = &s->overview;

	buf_add(out, status_attention(s) ? STR("ATTENTION ") : STR("OK "));
	status_brief(out, s);
	buf_printf(out, "; today %llu, unsigned %llu; published ",
	    (unsigned long long)o->today.filed, (unsigned long long)o->today.unsigned_);
	add_time(out, o->published_ms);
	buf_add(out, STR("; copied "));
	add_time(out, o->copied_ms);
	buf_printf(out, "; custodians %llu\n", (unsigned long long)o->custodians);
}

static void
add_trouble(struct buf *out, const struct trouble *t)
{
	buf_printf(out, "%s %s%s%s: %s; since ",
	    t->code->severity == TROUBLE_ATTENTION ? "ATTENTION" : "NOTE", t->code->code,
	    t->subject[0] == '\0' ? "" : " ", t->subject, t->text);
	add_time(out, t->since_ms);
	buf_printf(out, "; mend: %s\n", t->mend);
}

static void
add_details(struct buf *out, const struct status *s)
{
	const struct overview *o = &s->overview;

	for (size_t i = 0; i < s->n_mailboxes; i++) {
		const struct status_mailbox *m = &s->mailbox[i];

		buf_printf(out, "mailbox %s: %s", m->name,
		    m->retired   ? "retired"
		    : m->watched ? "watched"
		                 : "not watched");
		if (m->watched)
			buf_printf(out, ", UIDVALIDITY %llu, filed to UID %llu",
			    (unsigned long long)m->uidvalidity, (unsigned long long)m->last_uid);
		if (m->quota_limit_kb != 0)
			buf_printf(out, ", %llu of %llu MB used",
			    (unsigned long long)m->quota_used_kb >> 10,
			    (unsigned long long)m->quota_limit_kb >> 10);
		buf_byte(out, '\n');
	}
	buf_printf(out,
	    "records %llu: messages %llu, examinations %llu; to be examined %llu\n"
	    "newest checkpoint: %llu records\n",
	    (unsigned long long)o->records, (unsigned long long)o->counts.messages,
	    (unsigned long long)o->counts.examinations, (unsigned long long)o->counts.pending,
	    (unsigned long long)o->checkpoint);
}

void
status_text(struct buf *out, const struct status *s)
{
	add_first(out, s);
	if (!s->running)
		buf_printf(
		    out, "ATTENTION not-running: mailseald is not running; mend: %s\n", s->start);
	for (size_t i = 0; i < told(s); i++)
		add_trouble(out, &s->trouble[i]);
	if (told(s) < s->n_troubles)
		buf_printf(out, "and %zu more\n", s->n_troubles - told(s));
	add_details(out, s);
}

/* ---- JSON ---- */

static void
json_mailboxes(struct json *j, const struct status *s)
{
	json_open(j, "mailboxes", '[');
	for (size_t i = 0; i < s->n_mailboxes; i++) {
		const struct status_mailbox *m = &s->mailbox[i];

		json_open(j, NULL, '{');
		json_str(j, "name", str_of(m->name));
		json_bool(j, "connected", m->watched);
		json_bool(j, "retired", m->retired);
		if (m->watched) {
			json_int(j, "uidvalidity", (int64_t)m->uidvalidity);
			json_int(j, "last_uid", (int64_t)m->last_uid);
		}
		if (m->quota_limit_kb != 0) {
			json_int(j, "quota_used_kb", (int64_t)m->quota_used_kb);
			json_int(j, "quota_limit_kb", (int64_t)m->quota_limit_kb);
		}
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
json_overview(struct json *j, const struct overview *o)
{
	char number[RECORD_NUMBER_MAX];

	json_int(j, "records", (int64_t)o->records);
	json_int(j, "messages", (int64_t)o->counts.messages);
	json_int(j, "examinations", (int64_t)o->counts.examinations);
	json_int(j, "pending", (int64_t)o->counts.pending);
	json_int(j, "last_sealed_ms", o->any ? o->last_ms : 0);
	if (o->any)
		json_str(j, "last_filed",
		    str_of(record_number(number, (uint64_t)o->last_ms, o->last_seq)));
	json_int(j, "today", (int64_t)o->today.filed);
	json_int(j, "unsigned_today", (int64_t)o->today.unsigned_);
	json_int(j, "unexaminable_today", (int64_t)o->today.unexaminable);
	json_int(j, "checkpoint", (int64_t)o->checkpoint);
	json_int(j, "published_ms", o->published_ms);
	json_int(j, "copied_ms", o->copied_ms);
	json_int(j, "custodians", (int64_t)o->custodians);
}

static void
json_troubles(struct json *j, const struct status *s)
{
	json_open(j, "troubles", '[');
	for (size_t i = 0; i < told(s); i++) {
		const struct trouble *t = &s->trouble[i];

		json_open(j, NULL, '{');
		json_str(j, "code", str_of(t->code->code));
		json_bool(j, "attention", t->code->severity == TROUBLE_ATTENTION);
		json_str(j, "subject", str_of(t->subject));
		json_str(j, "text", str_of(t->text));
		json_str(j, "mend", str_of(t->mend));
		json_int(j, "since_ms", t->since_ms);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_int(j, "troubles_untold", (int64_t)(s->n_troubles - told(s)));
}

void
status_json(struct buf *out, const struct status *s)
{
	struct json j = json_to(out);

	json_open(&j, NULL, '{');
	json_bool(&j, "running", s->running);
	json_bool(&j, "attention", status_attention(s));
	json_int(&j, "watching", (int64_t)watched(s));
	json_mailboxes(&j, s);
	json_overview(&j, &s->overview);
	json_troubles(&j, s);
	json_close(&j, '}');
}
