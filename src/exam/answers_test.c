/* SPDX-License-Identifier: ISC */
#include "exam/answers.h"

#include "base/arena.h"
#include "base/test.h"

static const struct {
	const char *what, *args, *payload, *want;
} rows[] = {
	{ "answered", "job=7 type=16 outcome=answered security=secure name=3", "a.bPKT",
	    "a.b 16 0 1 PKT" },
	{ "failed", "job=7 type=5 outcome=failed security=insecure name=3", "a.b", "a.b 5 1 0 " },
	{ "another job", "job=8 type=16 outcome=failed security=insecure name=3", "a.b", "!" },
	{ "no job", "type=16 outcome=failed security=insecure name=3", "a.b", "!" },
	{ "another word", "job=7 type=16 outcome=perhaps security=insecure name=3", "a.b", "!" },
	{ "no security", "job=7 type=16 outcome=failed name=3", "a.b", "!" },
	{ "name past the end", "job=7 type=16 outcome=failed security=insecure name=4", "a.b",
	    "!" },
	{ "type too large", "job=7 type=65536 outcome=failed security=insecure name=3", "a.b",
	    "!" },
};

static void
take(void **state)
{
	static struct answers a;

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct msg m = { .args = str_of(rows[i].args), .payload = str_of(rows[i].payload) };
		struct buf got = BUF_MAX(200);

		answers_begin(&a, 7);
		if (answers_take(&a, &m, NULL) == -1)
			buf_byte(&got, '!');
		else
			buf_printf(&got, "%.*s %d %d %d %.*s", STR_FMT(a.answer[0].name),
			    (int)a.answer[0].type, (int)(a.answer[0].outcome == DNS_FAILED),
			    (int)(a.answer[0].security == DNS_SECURE), STR_FMT(a.answer[0].packet));
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		answers_end(&a);
		buf_free(&got);
	}
}

/* One more than there may be is refused; what was sent is what comes. */
static void
there_and_back(void **state)
{
	static struct answers a;
	const struct dns_answer sent = {
		.name = STR("s._domainkey.example.com"), .type = DNS_TXT, .security = DNS_SECURE
	};
	struct channel to;
	struct msg m;
	int fd[2];

	(void)state;
	assert_int_equal(channel_pair(fd, NULL), 0);
	channel_open(&to, fd[1]);
	answers_begin(&a, UINT64_MAX);
	for (size_t i = 0; i <= LIMIT_QUESTIONS; i++) {
		assert_int_equal(
		    answers_send(fd[0], UINT64_MAX, &sent, STR("\n\0packet"), NULL), 0);
		assert_int_equal(channel_recv(&to, &m, NULL), 1);
		assert_true(msg_is(&m, "answer"));
		assert_int_equal(answers_take(&a, &m, NULL), i < LIMIT_QUESTIONS ? 0 : -1);
	}
	assert_true(str_eq(a.answer[3].name, sent.name));
	assert_true(str_eq(a.answer[3].packet, STR("\n\0packet")));
	assert_int_equal(a.answer[3].security, DNS_SECURE);
	answers_end(&a);
	channel_close(&to);
	channel_open(&to, fd[0]);
	channel_close(&to);
}

/* What is more than we take counts as not answered; names are still known. */
static void
too_much(void **state)
{
	static struct answers a;
	static char packet[60000];
	const struct dns_answer sent = { .name = STR("a.example"), .type = DNS_A };
	struct channel to;
	struct msg m;
	int fd[2];

	(void)state;
	assert_int_equal(channel_pair(fd, NULL), 0);
	channel_open(&to, fd[1]);
	answers_begin(&a, 1);
	for (size_t i = 0; i < LIMIT_QUESTIONS; i++) {
		answers_send(fd[0], 1, &sent, str_bytes(packet, sizeof packet), NULL);
		assert_int_equal(channel_recv(&to, &m, NULL), 1);
		assert_int_equal(answers_take(&a, &m, NULL), 0);
	}
	assert_int_equal(a.answer[0].outcome, DNS_ANSWERED);
	assert_int_equal(a.answer[LIMIT_QUESTIONS - 1].outcome, DNS_FAILED);
	test_str("name", a.answer[LIMIT_QUESTIONS - 1].name, "a.example");
	answers_end(&a);
	channel_close(&to);
	channel_open(&to, fd[0]);
	channel_close(&to);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(take),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(too_much),
	};

	return cmocka_run_group_tests_name("exam/answers", tests, NULL, NULL);
}
