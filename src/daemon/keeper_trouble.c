/* SPDX-License-Identifier: ISC */
#include "daemon/keeper_trouble.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "proc/event.h"
#include "proc/program.h"

enum {
	REMEMBERED_MS = 30 * 24 * 3600 * INT64_C(1000), /* what is over: for the weekly summary */
};

static struct trouble *
find(struct keeper *k, const struct trouble_code *code, struct str subject)
{
	for (size_t i = 0; i < LIMIT_TROUBLES; i++) {
		struct trouble *t = &k->trouble[i].trouble;

		if (t->code == code && t->cleared_ms == 0 && str_eq(str_of(t->subject), subject))
			return t;
	}
	return NULL;
}

/* NULL when all places are taken. */
static struct trouble *
place(struct keeper *k)
{
	for (size_t i = 0; i < LIMIT_TROUBLES; i++)
		if (k->trouble[i].trouble.code == NULL)
			return &k->trouble[i].trouble;
	return NULL;
}

static void
changed(struct keeper *k, const struct trouble *t)
{
	for (size_t i = 0; i < LIMIT_TROUBLES; i++)
		if (&k->trouble[i].trouble == t)
			k->trouble[i].dirty = true;
	k->troubles_dirty = true;
}

/* The text may be a server's. */
static void
safe(char out[TROUBLE_TEXT_MAX], const char *text)
{
	struct buf b = BUF_MAX(4 * TROUBLE_TEXT_MAX);

	utf8_add_safe(&b, str_of(text));
	snprintf(out, TROUBLE_TEXT_MAX, "%.*s", STR_FMT(buf_str(&b)));
	buf_free(&b);
}

void
trouble_raise(
    struct keeper *k, const char *code, struct str subject, const char *text, const char *mend)
{
	const struct trouble_code *c = trouble_code(str_of(code));
	struct trouble *t = find(k, c, subject);
	bool fresh = t == NULL;
	char now[TROUBLE_TEXT_MAX];

	assert(c != NULL);
	if (fresh)
		t = place(k);
	safe(now, text);
	if (t == NULL || (!fresh && strcmp(t->text, now) == 0))
		return;
	if (fresh) {
		*t = (struct trouble){ .code = c, .since_ms = program_now_ms() };
		snprintf(t->subject, sizeof t->subject, "%.*s", STR_FMT(subject));
		event("trouble", "code=%s subject=%s text=\"%s\"", code,
		    subject.n == 0 ? "-" : t->subject, now);
	}
	memcpy(t->text, now, sizeof now);
	snprintf(t->mend, sizeof t->mend, "%s", mend);
	changed(k, t);
}

void
trouble_clear(struct keeper *k, const char *code, struct str subject)
{
	struct trouble *t = find(k, trouble_code(str_of(code)), subject);

	if (t == NULL)
		return;
	t->cleared_ms = program_now_ms();
	event("mended", "code=%s subject=%s", code, subject.n == 0 ? "-" : t->subject);
	changed(k, t);
}

const struct trouble *
trouble_each(const struct keeper *k, size_t *i)
{
	while (*i < LIMIT_TROUBLES) {
		const struct trouble *t = &k->trouble[(*i)++].trouble;

		if (t->code != NULL && t->cleared_ms == 0)
			return t;
	}
	return NULL;
}

bool
trouble_is_any(const struct keeper *k)
{
	const struct trouble *t;

	for (size_t i = 0; (t = trouble_each(k, &i)) != NULL;)
		if (t->code->severity == TROUBLE_ATTENTION)
			return true;
	return false;
}

bool
trouble_is(struct keeper *k, const char *code, struct str subject)
{
	return find(k, trouble_code(str_of(code)), subject) != NULL;
}

int
trouble_untold(const struct trouble *t)
{
	if (t->code == NULL || t->code->severity != TROUBLE_ATTENTION)
		return 0;
	if (t->cleared_ms == 0)
		return t->told == 0 ? 1 : 0;
	return t->told == 1 ? 2 : 0;
}

bool
trouble_is_untold(const struct keeper *k)
{
	for (size_t i = 0; i < LIMIT_TROUBLES; i++)
		if (trouble_untold(&k->trouble[i].trouble) != 0)
			return true;
	return false;
}

int
trouble_load(struct keeper *k, struct err *e)
{
	struct db *d = store_db(k->store);
	struct trouble t = { 0 }, *to;
	int rc;

	if (trouble_forget(d, program_now_ms() - REMEMBERED_MS, e) == -1)
		return -1;
	while ((rc = trouble_next(d, 0, &t, e)) == 1)
		if ((t.cleared_ms == 0 || trouble_untold(&t) != 0) && (to = place(k)) != NULL)
			*to = t;
	return rc;
}

int
trouble_keep(struct keeper *k, struct err *e)
{
	if (!k->troubles_dirty)
		return 0;
	for (size_t i = 0; i < LIMIT_TROUBLES; i++) {
		struct trouble *t = &k->trouble[i].trouble;

		if (!k->trouble[i].dirty)
			continue;
		if (trouble_put(store_db(k->store), t, e) == -1)
			return err_at(e, "trouble %s", t->code->code);
		k->trouble[i].dirty = false;
		if (t->cleared_ms != 0 && trouble_untold(t) == 0 && k->trouble[i].telling == 0)
			*t = (struct trouble){ 0 };
	}
	k->troubles_dirty = false;
	return 0;
}

void
trouble_last_words(struct keeper *k, const char *code, const struct err *e, const char *mend)
{
	trouble_raise(k, code, STR(""), e->text, mend);
	trouble_keep(k, NULL);
}
