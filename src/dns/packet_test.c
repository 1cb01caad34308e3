/* SPDX-License-Identifier: ISC */
#include "dns/packet.h"

#include "base/test.h"

#define BYTES(literal)                       \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

/* The name at an offset of a packet; want NULL: refused. */
static const struct {
	const char *what;
	struct str packet;
	size_t at;
	const char *want;
	size_t next;
} names[] = {
	{ "plain", BYTES("\1a\2BC\0"), 0, "a.bc", 6 },
	{ "root", BYTES("\0"), 0, ".", 1 },
	{ "pointer", BYTES("\2bc\0\1a\xc0\0"), 4, "a.bc", 8 },
	{ "dot and blank in a label", BYTES("\3a. \0"), 0, "a\\046\\032", 5 },
	{ "pointer to itself", BYTES("\xc0\0"), 0, NULL, 0 },
	{ "pointer forward", BYTES("\xc0\2\1a\0"), 0, NULL, 0 },
	{ "pointers in a ring", BYTES("\1a\xc0\4\1b\xc0\0"), 4, NULL, 0 },
	{ "cut in a label", BYTES("\5ab"), 0, NULL, 0 },
	{ "no end", BYTES("\1a"), 0, NULL, 0 },
	{ "half a pointer", BYTES("\xc0"), 0, NULL, 0 },
	{ "reserved length bits", BYTES("\x41x\0"), 0, NULL, 0 },
};

static void
unpack(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(names); i++) {
		struct buf text = BUF_MAX(2000);
		struct dns_name name;
		size_t at = names[i].at;
		int rc = dns_name_unpack(names[i].packet, &at, &name, NULL);

		if (rc != (names[i].want == NULL ? -1 : 0))
			fail_msg("%s: %d", names[i].what, rc);
		if (rc == 0) {
			dns_name_text(&name, &text);
			test_str(names[i].what, buf_str(&text), names[i].want);
			assert_int_equal(at, names[i].next);
		}
		buf_free(&text);
	}
}

/* As many pointers as a name may have labels, each to the one before; and one more. */
static void
pointers(void **state)
{
	struct buf packet = BUF_MAX(1000);
	struct dns_name name;
	size_t at;

	(void)state;
	buf_u16be(&packet, 0);
	for (uint16_t i = 0; i < 127; i++)
		buf_u16be(&packet, (uint16_t)(0xc000 | 2 * i));
	at = packet.n - 2;
	assert_int_equal(dns_name_unpack(buf_str(&packet), &at, &name, NULL), 0);
	at = packet.n;
	buf_u16be(&packet, (uint16_t)(0xc000 | (packet.n - 2)));
	assert_int_equal(dns_name_unpack(buf_str(&packet), &at, &name, NULL), -1);
	buf_free(&packet);
}

static void
long_names(void **state)
{
	struct buf text = BUF_MAX(2000);
	struct dns_name name;

	(void)state;
	for (int i = 0; i < 127; i++)
		buf_add(&text, STR("a."));
	assert_int_equal(dns_name_parse(buf_str(&text), &name, NULL), 0);
	assert_int_equal(name.n, 255);
	buf_add(&text, STR("b"));
	assert_int_equal(dns_name_parse(buf_str(&text), &name, NULL), -1);
	buf_clear(&text);
	for (int i = 0; i < 64; i++)
		buf_byte(&text, 'x');
	assert_int_equal(dns_name_parse(buf_str(&text), &name, NULL), -1);
	buf_free(&text);
}

/* Each prefix of a good packet is refused, and each changed byte at least does no harm. */
static void
cut_and_changed(void **state)
{
	struct arena *a = arena_new(16 << 20);
	struct buf packet = BUF_MAX(1000);
	struct dns_name name;
	struct str *values;
	size_t n;

	(void)state;
	dns_name_parse(STR("k.example"), &name, NULL);
	packet_begin(&packet, &name, DNS_TXT, DNS_NOERROR);
	assert_true(packet_add(&packet, &name, DNS_TXT, STR("\3abc\0\2de")));
	assert_int_equal(
	    packet_txt(a, buf_str(&packet), STR("k.example"), &values, &n, NULL), PACKET_FOUND);
	test_str("joined", values[0], "abcde");
	for (size_t i = 0; i < packet.n; i++)
		assert_int_equal(packet_txt(a, str_head(buf_str(&packet), i), STR("k.example"),
		                     &values, &n, NULL),
		    PACKET_MALFORMED);
	for (size_t i = 0; i < packet.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			packet.p[i] ^= (char)(1 << bit);
			packet_txt(a, buf_str(&packet), STR("k.example"), &values, &n, NULL);
			packet.p[i] ^= (char)(1 << bit);
		}
	assert_int_equal(packet_txt(a, buf_str(&packet), STR("other.example"), &values, &n, NULL),
	    PACKET_MALFORMED);
	buf_free(&packet);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unpack),
		cmocka_unit_test(pointers),
		cmocka_unit_test(long_names),
		cmocka_unit_test(cut_and_changed),
	};

	return cmocka_run_group_tests_name("dns/packet", tests, NULL, NULL);
}
