/* SPDX-License-Identifier: ISC */
#include "daemon/status.h"

#include "base/limits.h"
#include "base/test.h"

/* 2026-11-25 10:31:00 UTC. */
#define NOW INT64_C(1795602660000)

static const struct status_mailbox boxes[] = {
	{ .name = "filing", .watched = true, .uidvalidity = 7, .last_uid = 12 },
	{ .name = "second" },
};

static struct trouble
some(const char *code, const char *subject)
{
	struct trouble t = { .code = trouble_code(str_of(code)), .since_ms = NOW };

	snprintf(t.subject, sizeof t.subject, "%s", subject);
	snprintf(t.text, sizeof t.text, "so it is");
	snprintf(t.mend, sizeof t.mend, "mailseal doctor");
	return t;
}

static struct status
all_well(void)
{
	return (struct status){ .running = true,
		.start = "systemctl start mailseald",
		.overview = { .any = true,
		    .last_seq = 123,
		    .last_ms = NOW,
		    .today = { 5, 1, 0 },
		    .published_ms = NOW,
		    .custodians = 2 },
		.mailbox = boxes,
		.n_mailboxes = 2 };
}

static void
want_text(const struct status *s, const char *want)
{
	struct buf out = BUF_MAX(LIMIT_PACKET);

	status_text(&out, s);
	if (!str_starts(buf_str(&out), str_of(want)))
		fail_msg("not \"%s\" but \"%.*s\"", want, STR_FMT(buf_str(&out)));
	buf_free(&out);
}

static void
test_first_line(void **state)
{
	struct trouble note = some("one-custodian", ""), bad = some("not-watched", "second");
	struct status s = all_well();

	(void)state;
	want_text(&s, "OK watching 1 of 2; last filed 2026-11-25 10:31Z (2026-000123); today 5, "
	              "unsigned 1; published 2026-11-25 10:31Z; copied never; custodians 2\n");
	s.trouble = &note;
	s.n_troubles = 1;
	want_text(&s, "OK watching");
	assert_false(status_attention(&s));
	s.trouble = &bad;
	want_text(&s, "ATTENTION watching");
	assert_true(status_attention(&s));
	s = all_well();
	s.running = false;
	want_text(&s, "ATTENTION mailseald is not running; last filed");
}

/* A line a trouble, and not more than a terminal shows. */
static void
test_troubles(void **state)
{
	static struct trouble many[LIMIT_TROUBLES];
	struct buf out = BUF_MAX(LIMIT_PACKET);
	struct status s = all_well();

	(void)state;
	for (size_t i = 0; i < LIMIT_TROUBLES; i++) {
		many[i] = some("not-watched", "second");
		memset(many[i].text, '"', sizeof many[i].text - 1);
		memset(many[i].mend, '"', sizeof many[i].mend - 1);
		memset(many[i].subject, '"', sizeof many[i].subject - 1);
	}
	s.trouble = many;
	s.n_troubles = LIMIT_TROUBLES;
	status_json(&out, &s);
	assert_false(out.over);
	buf_clear(&out);
	status_text(&out, &s);
	assert_false(out.over);
	assert_true(str_find(buf_str(&out), STR("\nand 226 more\n")) != -1);
	buf_clear(&out);
	many[0] = some("not-watched", "second");
	s.n_troubles = 1;
	status_text(&out, &s);
	assert_true(
	    str_find(buf_str(&out), STR("\nATTENTION not-watched second: so it is; since "
	                                "2026-11-25 10:31Z; mend: mailseal doctor\n")) != -1);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_line),
		cmocka_unit_test(test_troubles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
