/* SPDX-License-Identifier: ISC */
#include "dns/ip.h"

#include "base/test.h"

static void
texts(void **state)
{
	static const struct {
		const char *text, *want; /* want NULL: refused */
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "256.0.0.1", NULL },
		{ "1.2.3", NULL },
		{ "1.2.3.4.5", NULL },
		{ "1.2.3.04", NULL },
		{ "1.2.3.", NULL },
		{ "", NULL },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "2001:DB8::CB01", "2001:db8::cb01" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" }, /* RFC 5952 section 4.2.3 */
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" }, /* section 4.2.2 */
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::ffff:192.0.2.1", "::ffff:c000:201" },
		{ "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201" },
		{ "1:2:3:4:5:6:7:192.0.2.1", NULL },
		{ "1::192.0.2.1", "1::c000:201" },
		{ "192.0.2.1::", NULL },
		{ "1:192.0.2.1::1", NULL },
		{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
		{ "1:2:3:4:5:6:7:8::", NULL },
		{ "1:2:3:4:5:6:7", NULL },
		{ "1:2:3:4:5:6:7:", NULL },
		{ ":1:2:3:4:5:6:7", NULL },
		{ "1:::2", NULL },
		{ "1::2::3", NULL },
		{ "12345::", NULL },
		{ "g::", NULL },
		{ ":", NULL },
		{ "fe80::1%eth0", NULL },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf out = BUF_MAX(64);
		struct ip a;

		if (ip_parse(str_of(rows[i].text), &a, NULL) == -1)
			buf_add(&out, STR("refused"));
		else
			ip_text(&a, &out);
		test_str(rows[i].text, buf_str(&out), rows[i].want ? rows[i].want : "refused");
		buf_free(&out);
	}
}

static void
networks(void **state)
{
	static const struct {
		const char *address, *network;
		unsigned bits;
		bool within;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1", 32, true },
		{ "192.0.2.1", "192.0.2.0", 32, false },
		{ "192.0.2.1", "192.0.2.0", 31, true },
		{ "192.0.2.130", "192.0.2.1", 24, true },
		{ "192.0.2.130", "192.0.2.1", 25, false },
		{ "192.0.2.1", "10.0.0.0", 0, true },
		{ "192.0.2.1", "192.0.2.1", 33, false },
		{ "2001:db8::1", "2001:db8::2", 126, true },
		{ "2001:db8::1", "2001:db8::2", 127, false },
		{ "::1", "1.2.3.4", 0, false },
		{ "::ffff:1.2.3.4", "1.2.3.4", 32, true },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct ip a, network;

		ip_parse(str_of(rows[i].address), &a, NULL);
		ip_parse(str_of(rows[i].network), &network, NULL);
		a = ip_unmapped(a);
		if (ip_within(&a, &network, rows[i].bits) != rows[i].within)
			fail_msg("%s in %s/%u", rows[i].address, rows[i].network, rows[i].bits);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(networks),
	};

	return cmocka_run_group_tests_name("dns/ip", tests, NULL, NULL);
}
