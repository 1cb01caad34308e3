/* SPDX-License-Identifier: ISC */
#include "auth/delivery.h"

#include "auth/test_message.h"

#define AT   1751364000 /* Tue, 1 Jul 2025 10:00:00 +0000 */
#define REST "From: a@example.org\r\nDate: Tue, 1 Jul 2025 10:00:00 +0000\r\n\r\nabc\r\n"
#define BY   "Received: from a.example by b.example; with; a semicolon; "
#define SEAL "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.org; s=s; b=AAAA; t="

static const struct {
	const char *what, *message;
	bool want;
} rows[] = {
	{ "received then", BY "Tue, 1 Jul 2025 12:00:01 +0200 (CEST)\r\n" REST, true },
	{ "folded", "Received: by x;\r\n\tTue, 1 Jul 2025\r\n 10:00:00 +0000\r\n" REST, true },
	{ "within an hour", BY "Tue, 1 Jul 2025 09:00:00 +0000\r\n" REST, true },
	{ "an hour after", BY "Tue, 1 Jul 2025 11:00:00 +0000\r\n" REST, true },
	{ "earlier than an hour before", BY "Tue, 1 Jul 2025 08:59:59 +0000\r\n" REST, false },
	{ "later than an hour after", BY "Tue, 1 Jul 2025 11:00:01 +0000\r\n" REST, false },
	{ "only the topmost counts",
	    BY "Mon, 30 Jun 2025 10:00:00 +0000\r\n" BY "Tue, 1 Jul 2025 10:00:00 +0000\r\n" REST,
	    false },
	{ "no date", "Received: by x\r\n" REST, false },
	{ "no trace", REST, false },
	{ "sealed then", SEAL "1751364000\r\n" REST, true },
	{ "sealed another day", SEAL "1751264000\r\n" REST, false },
	{ "no time of sealing", SEAL "\r\n" REST, false },
	{ "sealed another day, received then",
	    SEAL "1751264000\r\n" BY "Tue, 1 Jul 2025 10:00:00 +0000\r\n" REST, true },
	{ "nothing", "", false },
};

static bool
has_finding(const struct examination *x)
{
	for (size_t i = 0; i < x->n_findings; i++)
		if (strcmp(x->findings[i].code, "not-received-by-provider") == 0)
			return true;
	return false;
}

static void
seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct crypto *crypto = crypto_native_new();
		struct evidence none = { NULL, 0 };
		struct needs needs;
		struct examine *x = examine_new(crypto);

		examine_add(x, str_of(rows[i].message));
		examine_end(x);
		if (has_finding(examine_run(x, &none, AT, &needs)))
			fail_msg("%s: found in a message that was not filed", rows[i].what);
		examine_filed(x);
		if (has_finding(examine_run(x, &none, AT, &needs)) == rows[i].want)
			fail_msg("%s", rows[i].what);
		examine_free(x);
		crypto_native_free(crypto);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seen),
	};

	return cmocka_run_group_tests_name("auth/delivery", tests, NULL, NULL);
}
