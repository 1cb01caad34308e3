/* SPDX-License-Identifier: ISC */
#include "auth/authres.h"

#include "base/test.h"

static const struct {
	const char *what, *field,
	    *want; /* id| method=result ptype.property=value …; "!" for errors */
} rows[] = {
	{ "RFC 8601 B.2", " example.org 1; none", "example.org|" },
	{ "RFC 8601 B.3", " example.com;\r\n       spf=pass smtp.mailfrom=example.net",
	    "example.com| spf=pass smtp.mailfrom=example.net;" },
	{ "RFC 8601 B.4",
	    " example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n"
	    " spf=pass smtp.mailfrom=example.net",
	    "example.com| auth=pass smtp.auth=sender@example.net;"
	    " spf=pass smtp.mailfrom=example.net;" },
	{ "RFC 8601 B.6",
	    " example.com;\r\n dkim=pass reason=\"good signature\"\r\n"
	    "   header.i=@mail-router.example.net;\r\n"
	    " dkim=fail reason=\"bad signature\"\r\n   header.i=@newyork.example.com",
	    "example.com| dkim=pass .reason=\"good signature\" header.i=@mail-router.example.net;"
	    " dkim=fail .reason=\"bad signature\" header.i=@newyork.example.com;" },
	{ "RFC 8601 B.7",
	    " foo.example.net (foobar) 1 (baz);\r\n"
	    " dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n"
	    "   policy (A dot can go here) . (like that) expired\r\n"
	    "   (this surprised me) = (as I wasn't expecting it) 1362471462",
	    "foo.example.net| dkim=fail policy.expired=1362471462;" },
	{ "Google's",
	    " mx.google.com;\r\n       dkim=pass header.i=@example.com header.s=s "
	    "header.b=\"a/b+\";\r\n"
	    "       spf=pass (google.com: domain of a@example.com designates 192.0.2.1 as "
	    "permitted;"
	    " sender) smtp.mailfrom=a@example.com",
	    "mx.google.com| dkim=pass header.i=@example.com header.s=s header.b=\"a/b+\";"
	    " spf=pass smtp.mailfrom=a@example.com;" },
	{ "Microsoft's",
	    " mx.microsoft.com 1; spf=pass\r\n smtp.mailfrom=example.com; dmarc=pass "
	    "action=none\r\n"
	    " header.from=example.com; dkim=pass header.d=example.com; arc=none",
	    "mx.microsoft.com| spf=pass smtp.mailfrom=example.com;"
	    " dmarc=pass .action=none header.from=example.com; dkim=pass header.d=example.com;"
	    " arc=none;" },
	{ "Exchange Online's",
	    " spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=example.com; dkim=pass\r\n"
	    " header.d=example.com;dmarc=pass action=none;compauth=pass reason=100",
	    "| spf=pass smtp.mailfrom=example.com; dkim=pass header.d=example.com;"
	    " dmarc=pass .action=none; compauth=pass .reason=100;" },
	{ "a quoted id", "\"a;b\"; none", "\"a;b\"|" },
	{ "a quoted local part", "x; auth=pass smtp.auth=\"a;b c\"@d",
	    "x| auth=pass smtp.auth=\"a;b c\"@d;" },
	{ "an IPv6 address", "x; iprev=pass policy.iprev=2001:db8::1",
	    "x| iprev=pass policy.iprev=2001:db8::1;" },
	{ "a semicolon at the end", "x; spf=none;", "x| spf=none;" },
	{ "only a name", "x", "x|" },
	{ "none and others", "x; none; spf=pass", "x| spf=pass;" },
	{ "words that are none", "x; spf=pass a b=c =d e= f.=g .h=i j.k=l",
	    "x| spf=pass .b=c .e=f.=g .h=i j.k=l;" },
	{ "no result", "x; spf; dkim=pass; spf=; =pass", "x|! dkim=pass;!!" },
	{ "another version", "x 2; spf=pass", "!" },
	{ "two words", "x y; spf=pass", "!" },
	{ "a quoted id, and no result", "\"a=b\" 1; spf=pass", "\"a=b\"| spf=pass;" },
	{ "no name", "; spf=pass", "!" },
	{ "nothing", "", "!" },
	{ "an open comment", "x; (spf=pass", "x|" },
	{ "an open quote", "x; spf=pass a.b=\"c; dkim=pass", "x| spf=pass a.b=\"c; dkim=pass;" },
};

static void
show(struct buf *out, const struct authres_result *r)
{
	struct str rest = r->properties;
	struct authres_property p;

	buf_printf(out, " %.*s=%.*s", STR_FMT(r->method), STR_FMT(r->result));
	while (authres_property(&rest, &p))
		buf_printf(out, " %.*s.%.*s=%.*s", STR_FMT(p.ptype), STR_FMT(p.property),
		    STR_FMT(p.value));
	buf_byte(out, ';');
}

static void
fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf got = BUF_MAX(1000);
		struct authres_result r;
		struct authres a;
		int rc = authres_open(&a, str_of(rows[i].field), NULL);

		if (rc == -1)
			buf_byte(&got, '!');
		else
			buf_printf(&got, "%.*s|", STR_FMT(a.authserv_id));
		while (rc != -1 && (rc = authres_next(&a, &r, NULL)) != 0) {
			if (rc == 1)
				show(&got, &r);
			else
				buf_byte(&got, '!');
			rc = 0;
		}
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
	};

	return cmocka_run_group_tests_name("auth/authres", tests, NULL, NULL);
}
