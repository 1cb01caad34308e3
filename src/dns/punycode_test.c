/* SPDX-License-Identifier: ISC */
#include "dns/punycode.h"

#include "base/test.h"
#include "base/utf8.h"

/* RFC 3492 section 7.1: all of them. */
static const struct {
	const char *what, *text, *punycode;
} vectors[] = {
	{ "(A) Arabic (Egyptian)", "ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn" },
	{ "(B) Chinese (simplified)", "他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye" },
	{ "(C) Chinese (traditional)", "他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb" },
	{ "(D) Czech", "Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a" },
	{ "(E) Hebrew", "למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b" },
	{ "(F) Hindi", "यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd" },
	{ "(G) Japanese", "なぜみんな日本語を話してくれないのか",
	    "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa" },
	{ "(H) Korean", "세계의모든사람들이한국어를이해한다면얼마나좋을까",
	    "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c" },
	{ "(I) Russian", "почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbaDotcwatmq2g4l" },
	{ "(J) Spanish", "PorquénopuedensimplementehablarenEspañol",
	    "PorqunopuedensimplementehablarenEspaol-fmd56a" },
	{ "(K) Vietnamese", "TạisaohọkhôngthểchỉnóitiếngViệt",
	    "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g" },
	{ "(L)", "3年B組金八先生", "3B-ww4c5e180e575a65lsy2b" },
	{ "(M)", "安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n" },
	{ "(N)", "Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b" },
	{ "(O)", "ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v" },
	{ "(P)", "MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e" },
	{ "(Q)", "パフィーdeルンバ", "de-jg4avhby1noc0d" },
	{ "(R)", "そのスピードで", "d9juau41awczczp" },
	{ "(S)", "-> $1.00 <-", "-> $1.00 <--" },
};

static size_t
points(struct str text, uint32_t c[PUNYCODE_MAX])
{
	size_t n = 0;

	while (n < PUNYCODE_MAX && utf8_next(&text, &c[n]))
		n++;
	return n;
}

static void
both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(vectors); i++) {
		struct buf out = BUF_MAX(1000), text = BUF_MAX(1000);
		uint32_t c[PUNYCODE_MAX];
		size_t n = points(str_of(vectors[i].text), c);

		assert_int_equal(punycode_encode(c, n, &out, NULL), 0);
		/* "The use of upper case in the encoded strings is mere annotation" (section 7.1). */
		if (!str_caseeq(buf_str(&out), str_of(vectors[i].punycode)))
			test_str(vectors[i].what, buf_str(&out), vectors[i].punycode);
		assert_int_equal(punycode_decode(str_of(vectors[i].punycode), c, &n, NULL), 0);
		for (size_t k = 0; k < n; k++)
			utf8_add(&text, c[k]);
		test_str(vectors[i].what, buf_str(&text), vectors[i].text);
		buf_free(&out);
		buf_free(&text);
	}
}

#define A60 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *what, *text;
	enum err_kind kind;
} bad[] = {
	{ "no digit", "a-%", ERR_SYNTAX },
	{ "ends within a number", "a-z", ERR_SYNTAX },
	{ "not ASCII", "\xc3\xbc-a", ERR_SYNTAX },
	{ "a number past 32 bits", "99999999", ERR_SYNTAX },
	{ "behind U+10FFFF", "9999k", ERR_SYNTAX },
	{ "60 as they are", A60 "-", ERR_LIMIT },
	{ "60 others", "tda" A60, ERR_LIMIT },
};

static void
refused(void **state)
{
	uint32_t c[PUNYCODE_MAX];
	size_t n;

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(bad); i++) {
		struct err e = { 0 };

		if (punycode_decode(str_of(bad[i].text), c, &n, &e) != -1 || e.kind != bad[i].kind)
			fail_msg("%s: %s", bad[i].what, e.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests_name("dns/punycode", tests, NULL, NULL);
}
