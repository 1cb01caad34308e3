/* SPDX-License-Identifier: ISC */
#include "dns/zone.h"

#include "base/test.h"
#include "dns/packet.h"

static const char zone_text[] = "; a comment\n"
                                "a.example. 3600 IN TXT \"one \" \"two\"\n"
                                "a.example. TXT \"\\195\\164 \\\"q\\\" \\\\\"\n"
                                "B.example. IN CNAME c.EXAMPLE.\n"
                                "c.example. 5 TXT three\n"
                                "d.e.example. TXT x\n"
                                "loop.example. CNAME loop.example.\n"
                                "dead.example. CNAME gone.example.\n"
                                "late.example. CNAME slow.example.\n"
                                "m.example. MX 10 a.example.\n"
                                "six.example. AAAA 2001:db8::1\n"
                                "four.example. A 192.0.2.7\n"
                                "odd.example. HINFO x y\n"
                                ";! slow.example. TIMEOUT\n";

/* want: values joined by "|", or the outcome in words. */
static const struct {
	const char *name, *want;
} rows[] = {
	{ "a.example", "one two|\xc3\xa4 \"q\" \\|" },
	{ "A.Example.", "one two|\xc3\xa4 \"q\" \\|" },
	{ "b.example", "three|" },
	{ "e.example", "nodata" },
	{ "nobody.example", "nxdomain" },
	{ "m.example", "nodata" },
	{ "dead.example", "nxdomain" },
	{ "loop.example", "nodata" },
	{ "slow.example", "failed" },
	{ "late.example", "failed" },
	{ "odd.example", "nxdomain" },
	{ "a..example", "failed" },
};

static void
show(struct arena *a, const struct dns_answer *answer, struct str name, struct buf *got)
{
	struct str *values;
	size_t n;

	if (answer->outcome == DNS_FAILED) {
		buf_add(got, STR("failed"));
		return;
	}
	switch (packet_txt(a, answer->packet, name, &values, &n, NULL)) {
	case PACKET_FOUND:
		for (size_t i = 0; i < n; i++)
			buf_printf(got, "%.*s|", STR_FMT(values[i]));
		break;
	case PACKET_NXDOMAIN:
		buf_add(got, STR("nxdomain"));
		break;
	case PACKET_NODATA:
		buf_add(got, STR("nodata"));
		break;
	case PACKET_MALFORMED:
		buf_add(got, STR("malformed"));
		break;
	}
}

static void
answers(void **state)
{
	struct zone *z = zone_parse(STR(zone_text), "z", NULL);
	struct arena *a = arena_new(1 << 20);

	(void)state;
	assert_non_null(z);
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf got = BUF_MAX(1000);
		struct dns_answer answer;

		assert_int_equal(
		    zone_answer(z, a, str_of(rows[i].name), DNS_TXT, &answer, NULL), 0);
		show(a, &answer, str_of(rows[i].name), &got);
		test_str(rows[i].name, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
	arena_free(a);
	zone_free(z);
}

static void
addresses(void **state)
{
	struct zone *z = zone_parse(STR(zone_text), "z", NULL);
	struct arena *a = arena_new(1 << 20);
	struct dns_answer answer;
	struct dns_data *data;
	size_t n;

	(void)state;
	zone_answer(z, a, STR("six.example"), DNS_AAAA, &answer, NULL);
	assert_int_equal(
	    packet_records(a, answer.packet, STR("six.example"), DNS_AAAA, &data, &n, NULL),
	    PACKET_FOUND);
	assert_true(str_eq(data[0].rdata,
	    STR("\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01")));
	zone_answer(z, a, STR("four.example"), DNS_A, &answer, NULL);
	packet_records(a, answer.packet, STR("four.example"), DNS_A, &data, &n, NULL);
	assert_true(str_eq(data[0].rdata, STR("\xc0\x00\x02\x07")));
	arena_free(a);
	zone_free(z);
}

static void
refused(void **state)
{
	static const struct {
		const char *text, *want;
	} bad[] = {
		{ "a..b TXT x\n", "z:1: RFC 1035 2.3.4: label of 0 bytes" },
		{ "\"\n", "z:1: RFC 1035 5.1: a name is wanted" },
		{ "\na.b\n", "z:2: RFC 1035 5.1: a type is wanted" },
		{ "a.b A 1.2.3\n", "z:1: RFC 1035 3.4.1: not an IPv4 address" },
		{ "a.b A 1.2.3.256\n", "z:1: RFC 1035 3.4.1: not an IPv4 address" },
		{ "a.b AAAA 1::2::3\n", "z:1: RFC 4291 2.2: not an IPv6 address" },
		{ "a.b AAAA 1:2:3:4:5:6:7:8:9\n", "z:1: RFC 4291 2.2: not an IPv6 address" },
		{ "a.b TXT\n", "z:1: RFC 1035 3.3.14: TXT without a string" },
		{ ";! a.b SOMETIMES\n", "z:1: TIMEOUT or SERVFAIL is wanted after the name" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(bad); i++) {
		struct err e = { 0 };

		assert_null(zone_parse(str_of(bad[i].text), "z", &e));
		test_str(bad[i].text, str_of(e.text), bad[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(addresses),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests_name("dns/zone", tests, NULL, NULL);
}
