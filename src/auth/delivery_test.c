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

#define THEN  ";\r\n Tue, 1 Jul 2025 10:00:00 +0000\r\n"
#define PATH  "Return-Path: <u@a.example>\r\n"
#define USUAL "Received: from h.example (r.example [192.0.2.1])\r\n by x with ESMTP" THEN

static const struct {
	const char *what, *header, *want;
} session_rows[] = {
	{ "usual", PATH USUAL, "192.0.2.1 h.example u@a.example" },
	{ "Gmail",
	    "Delivered-To: x@b.example\r\nReceived: by 2002:a05:7010::1 with SMTP id 1" THEN
	    "X-Received: by 2002:a05:7010::2 with SMTP id 2" THEN PATH
	    "Received: from h.example (h.example. [2001:db8::1])\r\n by mx.b.example" THEN,
	    "2001:db8::1 h.example u@a.example" },
	{ "through hosts of its own",
	    PATH "Received: from c (c.internal [10.202.2.45])\r\n by s" THEN
	         "Received: from mx ([10.202.2.200])\r\n by c" THEN
	         "Received: from mx (localhost [IPv6:::1]) by m" THEN USUAL,
	    "192.0.2.1 h.example u@a.example" },
	{ "through hosts of its own, IPv4 in IPv6",
	    PATH "Received: from c (localhost [::ffff:127.0.0.1]) by s" THEN USUAL,
	    "192.0.2.1 h.example u@a.example" },
	{ "tagged IPv6", PATH "Received: from h (r [IPv6:2001:db8::1]) by x" THEN,
	    "2001:db8::1 h u@a.example" },
	{ "Exim", PATH "Received: from [192.0.2.1] (helo=h.example) by x" THEN,
	    "192.0.2.1 h.example u@a.example" },
	{ "Exim, by name", PATH "Received: from r.example ([192.0.2.1] helo=h.example) by x" THEN,
	    "192.0.2.1 h.example u@a.example" },
	{ "Exchange", PATH "Received: from h.example (192.0.2.1) by x (10.0.0.1)" THEN,
	    "192.0.2.1 h.example u@a.example" },
	{ "qmail", PATH "Received: from unknown (HELO h.example) (192.0.2.1)\r\n  by x" THEN,
	    "192.0.2.1 h.example u@a.example" },
	{ "Yahoo", PATH "Received: from 2001:db8::1 (EHLO h.example)\r\n by 10.0.0.1 with" THEN,
	    "2001:db8::1 h.example u@a.example" },
	{ "qmail, another address in front of it",
	    PATH "Received: from h (HELO h) (192.0.2.9) (192.0.2.1) by x" THEN, "-" },
	{ "Yahoo, an address in the HELO name",
	    PATH "Received: from 192.0.2.1 (EHLO h) (192.0.2.9) by x" THEN, "-" },
	{ "qmail, more than a name", PATH "Received: from h (HELO h i) (192.0.2.1) by x" THEN,
	    "-" },
	{ "qmail, no address", PATH "Received: from h (HELO h) by x" THEN, "-" },
	{ "Dovecot, through a socket",
	    PATH "Received: from mx.b.example\r\n\tby mx.b.example with LMTP" THEN USUAL,
	    "192.0.2.1 h.example u@a.example" },
	{ "Cyrus, through a socket",
	    PATH "Received: from mx ([unix socket]) by mx (Cyrus) with LMTPA" THEN USUAL,
	    "192.0.2.1 h.example u@a.example" },
	{ "no LMTP, and no address", PATH "Received: from mx by mx with SMTP" THEN USUAL, "-" },
	{ "LMTP in the HELO name",
	    PATH "Received: from mx with LMTP ([192.0.2.1]) by mx with SMTP" THEN USUAL, "-" },
	{ "a HELO that is a literal", PATH "Received: from [192.0.2.9] (r [192.0.2.1]) by x" THEN,
	    "192.0.2.1 [192.0.2.9] u@a.example" },
	{ "empty path", "Return-Path: <>\r\n" USUAL, "192.0.2.1 h.example " },
	{ "no path", USUAL, "-" },
	{ "a path below", USUAL PATH, "-" },
	{ "two paths", PATH "Return-Path: <v@c.example>\r\n" USUAL,
	    "192.0.2.1 h.example u@a.example" },
	{ "a path that is none", "Return-Path: u@a.example\r\n" USUAL, "-" },
	{ "a path with a blank", "Return-Path: <u u@a.example>\r\n" USUAL, "-" },
	{ "another time", PATH "Received: from h ([192.0.2.1]) by x; 2 Jul 2025 10:00 +0000\r\n",
	    "-" },
	{ "two addresses", PATH "Received: from h (r [192.0.2.1] [192.0.2.2]) by x" THEN, "-" },
	{ "an address in the HELO name",
	    PATH "Received: from h([192.0.2.9]) (r [192.0.2.1]) by x" THEN,
	    "192.0.2.1 h([192.0.2.9]) u@a.example" },
	{ "a comment in the HELO name",
	    PATH "Received: from h ([192.0.2.9]) (r [192.0.2.1])\r\n by x" THEN, "-" },
	{ "half a comment in the HELO name",
	    PATH "Received: from h ([192.0.2.9]) ( (r [192.0.2.1])\r\n by x" THEN, "-" },
	{ "a server in the HELO name",
	    PATH "Received: from h ([192.0.2.9]) by y \" (r [192.0.2.1])\r\n by x" THEN, "-" },
	{ "what is said of TLS",
	    PATH "Received: from h (r [192.0.2.1])\r\n\t(using TLSv1.3 (256/256 bits))\r\n"
	         "\tby x (x [192.0.2.2]) (filter, port 10030)" THEN,
	    "192.0.2.1 h u@a.example" },
	{ "an address in a later comment",
	    PATH "Received: from h (unknown) (CN [192.0.2.9]) by x" THEN USUAL, "-" },
	{ "no address: who knows what is below", PATH "Received: from h by x" THEN USUAL, "-" },
	{ "no Received", PATH, "-" },
	{ "nothing behind from", PATH "Received: from" THEN, "-" },
};

static void
sessions(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(session_rows); i++) {
		struct buf out = BUF_MAX(1000);
		struct arena *a = arena_new(1 << 20);
		struct spf_session s;
		struct fields f;

		assert_int_equal(fields_parse(a, str_of(session_rows[i].header), &f, NULL), 0);
		if (delivery_session(&f, AT, &s)) {
			ip_text(&s.ip, &out);
			buf_printf(&out, " %.*s %.*s", STR_FMT(s.helo), STR_FMT(s.mailfrom));
		} else {
			buf_byte(&out, '-');
		}
		test_str(session_rows[i].what, buf_str(&out), session_rows[i].want);
		buf_free(&out);
		arena_free(a);
	}
}

/* And what the examination makes of it: as of arrival only, and signatures wait for nothing lost. */
static void
spf(void **state)
{
	static const char message[] = PATH USUAL REST;
	static const char zone[] = "a.example TXT \"v=spf1 include:b.example -all\"\n"
	                           "b.example TXT \"v=spf1 ip4:192.0.2.1\"\n";
	struct test_examined t;

	(void)state;
	test_examine(&t, STR(message), 1000, zone, AT);
	assert_non_null(t.result->spf);
	test_str("result", str_of(t.result->spf->code), "pass");
	test_str("domain", t.result->spf->domain, "a.example");
	test_str("mechanism", t.result->spf->mechanism, "include:b.example");
	assert_true(t.result->complete);
	test_examined_free(&t);
	test_examine(&t, STR(message), 1000, zone, AT + 100000);
	assert_null(t.result->spf);
	test_examined_free(&t);
	test_examine(&t, STR(message), 1000,
	    ";! b.example TIMEOUT\n"
	    "a.example TXT \"v=spf1 include:b.example -all\"\n",
	    AT);
	test_str("result", str_of(t.result->spf->code), "dns-unavailable");
	assert_false(t.result->complete);
	test_examined_free(&t);
}

/* What a queue and a clock explain is not far off. */
static void
dates(void **state)
{
	static const struct {
		const char *header;
		int64_t at;
		bool far;
	} dated[] = {
		{ "Date: 1 Jan 1970 00:00:00 +0000\r\n\r\n", 7 * 86400, false },
		{ "Date: 1 Jan 1970 00:00:00 +0000\r\n\r\n", 7 * 86400 + 1, true },
		{ "Date: 2 Jan 1970 00:00:00 +0000\r\n\r\n", 0, false },
		{ "Date: 2 Jan 1970 00:00:01 +0000\r\n\r\n", 0, true },
		{ "Date: 1 Jan 1900 00:00:00 +0000\r\n\r\n", INT64_MAX, true },
		{ "Date: yesterday\r\n\r\n", 1700000000, false },
		{ "\r\n", 1700000000, false },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(dated); i++) {
		struct arena *a = arena_new(1 << 16);
		struct fields f;

		assert_int_equal(fields_parse(a, str_of(dated[i].header), &f, NULL), 0);
		if (delivery_is_far_off(&f, dated[i].at) != dated[i].far)
			fail_msg("%s at %lld", dated[i].header, (long long)dated[i].at);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates),
		cmocka_unit_test(seen),
		cmocka_unit_test(sessions),
		cmocka_unit_test(spf),
	};

	return cmocka_run_group_tests_name("auth/delivery", tests, NULL, NULL);
}
